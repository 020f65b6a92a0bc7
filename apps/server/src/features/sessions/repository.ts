import type { Selectable } from 'kysely'
import { PreparedQuery } from '../../platform/database/prepared-query.ts'
import type { AccountsTable, Database, SessionsTable } from '../../platform/database/tables.ts'
import type { Account } from '../../platform/kernel/account.ts'
import type { AccountId, SessionId } from '../../platform/kernel/ids.ts'
import type { Principal } from '../../platform/kernel/principal.ts'
import type { RefreshFamily, Session, SignInMethod } from './model.ts'

/** What accounts know of their rows. */
export interface AccountRows {
  read(row: Selectable<AccountsTable>): Account
}

/** What a session is good at: neither past its end nor unused for too long. */
export interface Moment {
  readonly now: Date
  /** Sessions that were last seen before are over. */
  readonly idleSince: Date
}

/** What of a session is not for everybody who may know the session. */
export interface SessionSecrets {
  readonly codeDigest: string | null
  readonly refreshKeySealed: string | null
}

export interface Caller {
  readonly principal: Principal
  readonly lastSeenAt: Date
}

interface PrincipalValues {
  readonly value: string
  readonly nowMs: number
  readonly idleSinceMs: number
}

/** One query, since every authenticated request makes it. */
function principalQuery(column: 'sessions.id' | 'sessions.code_digest') {
  return new PreparedQuery(['value', 'nowMs', 'idleSinceMs'], (db: Database, values: PrincipalValues) =>
    db
      .selectFrom('sessions')
      .innerJoin('accounts', 'accounts.id', 'sessions.account_id')
      .leftJoin('account_roles', 'account_roles.account_id', 'sessions.account_id')
      .selectAll('accounts')
      .select(['account_roles.role', 'sessions.id as session_id'])
      .select((row) => row.fn.coalesce('sessions.last_seen_at', 'sessions.created_at').as('seen_at'))
      .where(column, '=', values.value)
      .where('sessions.expires_at', '>', values.nowMs)
      .where((row) =>
        row(row.fn.coalesce('sessions.last_seen_at', 'sessions.created_at'), '>', values.idleSinceMs),
      )
      .where('accounts.status', '=', 'active')
      .orderBy('account_roles.role'),
  )
}

const principalById = principalQuery('sessions.id')
const principalByCode = principalQuery('sessions.code_digest')

export class SessionsRepository {
  readonly #accounts: AccountRows

  constructor(accounts: AccountRows) {
    this.#accounts = accounts
  }

  async insert(
    db: Database,
    session: Session,
    { codeDigest, refreshKeySealed }: SessionSecrets,
  ): Promise<void> {
    const { id, accountId, method, client, createdAt, lastSeenAt, expiresAt } = session
    const row = {
      id,
      account_id: accountId,
      method,
      ip_address: client.ipAddress,
      user_agent: client.userAgent,
      created_at: createdAt.getTime(),
      last_seen_at: lastSeenAt.getTime(),
      expires_at: expiresAt.getTime(),
      code_digest: codeDigest,
      refresh_key_sealed: refreshKeySealed,
      refresh_generation: refreshKeySealed === null ? null : 0,
    }
    await db.insertInto('sessions').values(row).execute()
  }

  /**
   * Whose session it is, with the account and the roles as they are now, not as they were at sign-in; null where it
   * has ended or its account may not sign in.
   */
  async findCaller(
    db: Database,
    session: { readonly id: SessionId } | { readonly codeDigest: string },
    { now, idleSince }: Moment,
  ): Promise<Caller | null> {
    const moment = { nowMs: now.getTime(), idleSinceMs: idleSince.getTime() }
    const rows = await ('id' in session
      ? principalById.execute(db, { value: session.id, ...moment })
      : principalByCode.execute(db, { value: session.codeDigest, ...moment }))
    const [first] = rows
    if (first === undefined) return null
    const roles = rows.map(({ role }) => role).filter((role) => role !== null)
    const account = this.#accounts.read(first)
    const sessionId = first.session_id as SessionId
    return {
      principal: { accountId: account.id, account, sessionId, roles },
      lastSeenAt: new Date(Number(first.seen_at)),
    }
  }

  /** Only forwards: who writes late does not take back what another node has seen since. */
  async touch(db: Database, id: SessionId, now: Date): Promise<void> {
    await db
      .updateTable('sessions')
      .set({ last_seen_at: now.getTime() })
      .where('id', '=', id)
      .where((row) => row.or([row('last_seen_at', 'is', null), row('last_seen_at', '<', now.getTime())]))
      .execute()
  }

  /** Newest first: an id sorts by its time of making. */
  async list(
    db: Database,
    accountId: AccountId,
    { before, limit, now, idleSince }: Moment & { readonly before: SessionId | null; readonly limit: number },
  ): Promise<Session[]> {
    const all = db
      .selectFrom('sessions')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('expires_at', '>', now.getTime())
      .where((row) => row(row.fn.coalesce('last_seen_at', 'created_at'), '>', idleSince.getTime()))
      .orderBy('id', 'desc')
      .limit(limit)
    const rows = await (before === null ? all : all.where('id', '<', before)).execute()
    return rows.map(toSession)
  }

  async findFamily(db: Database, id: SessionId, { now, idleSince }: Moment): Promise<RefreshFamily | null> {
    const row = await db
      .selectFrom('sessions')
      .select(['account_id', 'expires_at', 'refresh_key_sealed', 'refresh_generation', 'refresh_replaced_at'])
      .where('id', '=', id)
      .where('expires_at', '>', now.getTime())
      .where((each) => each(each.fn.coalesce('last_seen_at', 'created_at'), '>', idleSince.getTime()))
      .executeTakeFirst()
    if (row === undefined || row.refresh_key_sealed === null || row.refresh_generation === null) return null
    return {
      accountId: row.account_id as AccountId,
      expiresAt: new Date(row.expires_at),
      keySealed: row.refresh_key_sealed,
      generation: row.refresh_generation,
      replacedAt: row.refresh_replaced_at === null ? [] : (JSON.parse(row.refresh_replaced_at) as number[]),
    }
  }

  /** Says whether the last token was still that of `generation`, and has been replaced. */
  async replaceRefresh(
    db: Database,
    id: SessionId,
    { generation, replacedAt, now }: { generation: number; replacedAt: readonly number[]; now: Date },
  ): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('sessions')
      .set({
        refresh_generation: generation + 1,
        refresh_replaced_at: JSON.stringify(replacedAt),
        last_seen_at: now.getTime(),
      })
      .where('id', '=', id)
      .where('refresh_generation', '=', generation)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  async dropRefresh(db: Database, id: SessionId): Promise<void> {
    await db
      .updateTable('sessions')
      .set({ refresh_key_sealed: null, refresh_generation: null, refresh_replaced_at: null })
      .where('id', '=', id)
      .execute()
  }

  /** Those with a sealed key, sorted by id. */
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
    const rows = await (after === null ? sealed : sealed.where('id', '>', after)).execute()
    return rows.map((row) => ({ id: row.id as SessionId, keySealed: row.refresh_key_sealed ?? '' }))
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

  /** Says whether there was such a session of that account. */
  async delete(db: Database, accountId: AccountId, id: SessionId): Promise<boolean> {
    const { numDeletedRows } = await db
      .deleteFrom('sessions')
      .where('id', '=', id)
      .where('account_id', '=', accountId)
      .executeTakeFirst()
    return numDeletedRows > 0n
  }

  async deleteByAccount(
    db: Database,
    accountId: AccountId,
    { except = null }: { readonly except?: SessionId | null } = {},
  ): Promise<void> {
    const all = db.deleteFrom('sessions').where('account_id', '=', accountId)
    await (except === null ? all : all.where('id', '!=', except)).execute()
  }

  /** @returns how many were deleted that are over, `limit` at the most */
  async deleteOver(db: Database, { now, idleSince }: Moment, limit: number): Promise<number> {
    const expired = await this.#deleteUpTo(db, 'expires_at', now, limit)
    return expired + (await this.#deleteUpTo(db, 'last_seen_at', idleSince, limit - expired))
  }

  async #deleteUpTo(
    db: Database,
    column: 'expires_at' | 'last_seen_at',
    moment: Date,
    limit: number,
  ): Promise<number> {
    if (limit <= 0) return 0
    const over = await db
      .selectFrom('sessions')
      .select('id')
      .where(column, '<=', moment.getTime())
      .orderBy(column)
      .limit(limit)
      .execute()
    if (over.length === 0) return 0
    const { numDeletedRows } = await db
      .deleteFrom('sessions')
      .where(
        'id',
        'in',
        over.map(({ id }) => id),
      )
      .where(column, '<=', moment.getTime())
      .executeTakeFirst()
    return Number(numDeletedRows)
  }
}

function toSession(row: Selectable<SessionsTable>): Session {
  return {
    id: row.id as SessionId,
    accountId: row.account_id as AccountId,
    method: row.method as SignInMethod,
    client: { ipAddress: row.ip_address ?? '', userAgent: row.user_agent },
    createdAt: new Date(row.created_at),
    lastSeenAt: new Date(row.last_seen_at ?? row.created_at),
    expiresAt: new Date(row.expires_at),
  }
}
