import type { Selectable } from 'kysely'
import { changesRows } from '../../../platform/database/changed-rows.ts'
import { deleteExpired } from '../../../platform/database/delete-expired.ts'
import type { Write } from '../../../platform/database/prepared-write.ts'
import type { SessionsTable } from '../../../platform/database/session-tables.ts'
import type { Database, ReadAccount, Transaction } from '../../../platform/database/tables.ts'
import type { Condition } from '../../../platform/database/write-if.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { dayMs, startOfDay } from '../../../platform/kernel/durations.ts'
import { type AccountId, highestId, lowestId, type SessionId } from '../../../platform/kernel/ids.ts'
import { type GrantRow, readGrants } from '../../../platform/kernel/permission.ts'
import type { Authentication, Impersonator, Principal } from '../../../platform/kernel/principal.ts'
import {
  delegationOf,
  type GrantColumns,
  type HolderColumns,
  hasClient,
  heldIn,
  impersonationColumns,
  type Moment,
  type Page,
  type RefreshFamily,
  type Session,
  type SessionClient,
} from './model.ts'
import {
  callersByCode,
  callersById,
  familiesById,
  hasFew,
  insertion,
  isUsable,
  type MomentValues,
  replacement,
} from './queries.ts'

/** Reads rows of accounts. */
export interface AccountRows {
  read(row: ReadAccount): Account
}

/** The columns that only this repository reads. */
export interface SessionSecrets {
  /** Null if the owner signed in to Proxima itself. */
  readonly client: SessionClient | null
  readonly impersonator: Impersonator | null
  readonly codeDigest: string | null
  readonly refreshKeySealed: string | null
}

export interface Caller {
  readonly principal: Principal
  readonly lastSeenAt: Date
}

export class SessionsRepository {
  readonly #accounts: AccountRows

  constructor(accounts: AccountRows) {
    this.#accounts = accounts
  }

  insertion(session: Session, { client, codeDigest, impersonator, refreshKeySealed }: SessionSecrets): Write {
    const { id, accountId, authentication, secondFactorAt, factorStatus, ipAddress, userAgent } = session
    const { createdAt, lastSeenAt, expiresAt } = session
    return insertion.with({
      id,
      account_id: accountId,
      amr: authentication.amr.join(' '),
      authenticated_at: authentication.authenticatedAt.getTime(),
      second_factor_at: secondFactorAt?.getTime() ?? null,
      factor_status: factorStatus,
      ip_address: ipAddress,
      user_agent: userAgent,
      created_at: createdAt.getTime(),
      last_seen_at: lastSeenAt.getTime(),
      last_seen_day: startOfDay(lastSeenAt),
      expires_at: expiresAt.getTime(),
      code_digest: codeDigest,
      refresh_key_sealed: refreshKeySealed,
      refresh_generation: refreshKeySealed === null ? null : 0,
      refresh_replaced_at: null,
      client_id: client?.id ?? null,
      scope: client?.scope?.join(' ') ?? null,
      grant_id: client?.grant?.id ?? null,
      parent_session_id: client?.grant?.parentId ?? null,
      ...impersonationColumns(impersonator),
    })
  }

  /** The account has fewer sessions than that. */
  hasFew(accountId: AccountId, few: number): Condition {
    return hasFew.with({ accountId, few })
  }

  /**
   * The owner of the session, with the account and the roles as they are now, not as they were at sign-in; null if there
   * is no such session, or its account may not sign in. The session may be over.
   */
  async findCaller(
    db: Database,
    session: { readonly id: SessionId } | { readonly codeDigest: string },
  ): Promise<Caller | null> {
    const rows = await ('id' in session
      ? callersById.execute(db, session.id, {})
      : callersByCode.execute(db, session.codeDigest, {}))
    const [first] = rows
    if (first === undefined || !hasClient(first)) return null
    return {
      principal: this.#principal(first, rows),
      lastSeenAt: new Date(first.last_seen_at),
    }
  }

  /** Those in which the owner has signed in, newest first: ids sort by creation time. With a moment, only sessions that are usable at that time. */
  async list(
    db: Database,
    accountId: AccountId,
    { before, limit, moment }: Page & { readonly moment: Moment | null },
  ): Promise<Session[]> {
    const rows = db
      .selectFrom('sessions')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('impersonator_id', 'is', null)
      .where((row) => row.or([row('factor_status', 'is', null), row('factor_status', '!=', 'enrolment')]))
      .where((row) => row.and(moment === null ? [] : [isUsable(valuesOf(moment))]))
      .where('id', '<', before ?? highestId)
      .orderBy('id', 'desc')
      .limit(limit)
    return (await rows.execute()).map(toSession)
  }

  /** Null if there is no such session, or its account may not sign in. The session may be over. */
  async findFamily(db: Database, id: SessionId): Promise<RefreshFamily | null> {
    const rows = await familiesById.execute(db, id, {})
    const [first] = rows
    if (!first || first.refresh_key_sealed === null || first.refresh_generation === null) return null
    if (!hasClient(first)) return null
    return {
      principal: this.#principal(first, rows),
      lastSeenAt: new Date(first.last_seen_at),
      keySealed: first.refresh_key_sealed,
      generation: first.refresh_generation,
      replacedAt:
        first.refresh_replaced_at === null ? [] : (JSON.parse(first.refresh_replaced_at) as number[]),
    }
  }

  /** @returns whether the last token was still that of `generation`, and was replaced */
  async replaceRefresh(
    db: Database,
    id: SessionId,
    { generation, replacedAt, now }: { generation: number; replacedAt: readonly number[]; now: Date },
  ): Promise<boolean> {
    return await replacement.change(db, {
      id,
      generation,
      next: generation + 1,
      replacedAt: JSON.stringify(replacedAt),
      nowMs: now.getTime(),
      today: startOfDay(now),
    })
  }

  async dropRefresh(db: Database, id: SessionId): Promise<void> {
    await db
      .updateTable('sessions')
      .set({ refresh_key_sealed: null, refresh_generation: null, refresh_replaced_at: null })
      .where('id', '=', id)
      .execute()
  }

  /** The sessions with a sealed key, sorted by id. */
  async listSealed(
    db: Database,
    { after, limit }: { after: SessionId | null; limit: number },
  ): Promise<{ id: SessionId; keySealed: string }[]> {
    const sealed = db
      .selectFrom('sessions')
      .select(['id', 'refresh_key_sealed'])
      .where('refresh_key_sealed', 'is not', null)
      .orderBy('id')
      .limit(limit)
    const rows = await sealed.where('id', '>', after ?? lowestId).execute()
    return rows.map((row) => ({ id: row.id, keySealed: row.refresh_key_sealed ?? '' }))
  }

  async replaceSealed(
    db: Database,
    id: SessionId,
    { read, resealed }: { read: string; resealed: string },
  ): Promise<void> {
    await db
      .updateTable('sessions')
      .set({ refresh_key_sealed: resealed })
      .where('id', '=', id)
      .where('refresh_key_sealed', '=', read)
      .execute()
  }

  /** @returns whether the account had such a session */
  async delete(db: Database, accountId: AccountId, id: SessionId): Promise<boolean> {
    return await changesRows(
      db.deleteFrom('sessions').where('id', '=', id).where('account_id', '=', accountId),
    )
  }

  /** Deletes sessions of the account. @returns the ids of those it deleted, at most `limit` */
  async deleteByAccount(
    db: Transaction,
    accountId: AccountId,
    { except = null, limit }: { except?: SessionId | null; limit: number },
  ): Promise<SessionId[]> {
    const all = db.selectFrom('sessions').select('id').where('account_id', '=', accountId).limit(limit)
    const rows = await all.where('id', '!=', except ?? lowestId).execute()
    const ids = rows.map(({ id }) => id)
    if (ids.length > 0) await db.deleteFrom('sessions').where('id', 'in', ids).execute()
    return ids
  }

  /** The other sessions of the account beyond the `keep` that were used last, the least recently used last. */
  async listSurplus(
    db: Database,
    { accountId, sessionId }: { accountId: AccountId; sessionId: SessionId },
    { keep, limit }: { keep: number; limit: number },
  ): Promise<SessionId[]> {
    const rows = await db
      .selectFrom('sessions')
      .select('id')
      .where('account_id', '=', accountId)
      .where('id', '!=', sessionId)
      .orderBy('last_seen_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .offset(keep)
      .execute()
    return rows.map(({ id }) => id)
  }

  /**
   * Deletes sessions that have expired, and those that were idle for too long by the start of the day.
   * @returns how many, at most `limit`
   */
  async deleteOver(
    db: Database,
    { now, idleSince }: Pick<Moment, 'now' | 'idleSince'>,
    limit: number,
  ): Promise<number> {
    const expired = await deleteExpired(db, 'sessions', { column: 'expires_at', until: now, limit })
    // Only days that are over: a session of a day that is not may still be usable.
    const until = new Date(idleSince.getTime() - dayMs)
    const idle = { column: 'last_seen_day', until, limit: limit - expired } as const
    return expired + (await deleteExpired(db, 'sessions', idle))
  }

  #principal(
    first: ReadAccount &
      AuthenticationColumns &
      HolderColumns &
      GrantColumns & { readonly session_id: SessionId; readonly expires_at: number },
    rows: readonly GrantRow[],
  ): Principal {
    const account = this.#accounts.read(first)
    return {
      accountId: account.id,
      account,
      sessionId: first.session_id,
      ...heldIn(first, readGrants(rows)),
      clientId: first.client_id,
      delegation: delegationOf(first),
      authentication: toAuthentication(first),
      factorStatus: first.factor_status,
      sessionEndsAt: new Date(first.expires_at),
    }
  }
}

function valuesOf({ now, idleSince, latestEnd }: Moment): MomentValues {
  return { nowMs: now.getTime(), idleSinceMs: idleSince.getTime(), latestEndMs: latestEnd.getTime() }
}

type AuthenticationColumns = Pick<Selectable<SessionsTable>, 'amr' | 'authenticated_at' | 'factor_status'>

function toAuthentication(row: AuthenticationColumns): Authentication {
  return { amr: row.amr.split(' '), authenticatedAt: new Date(row.authenticated_at) }
}

function toDate(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms)
}

function toSession(row: Selectable<SessionsTable>): Session {
  return {
    id: row.id,
    accountId: row.account_id,
    authentication: toAuthentication(row),
    secondFactorAt: toDate(row.second_factor_at),
    factorStatus: row.factor_status,
    ipAddress: row.ip_address,
    userAgent: row.user_agent,
    createdAt: new Date(row.created_at),
    lastSeenAt: new Date(row.last_seen_at),
    expiresAt: new Date(row.expires_at),
  }
}
