import { changesRows } from '../../../platform/database/changed-rows.ts'
import type { TotpSecretsTable } from '../../../platform/database/factor-tables.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { Condition } from '../../../platform/database/write-if.ts'
import { type AccountId, type FactorId, lowestId } from '../../../platform/kernel/ids.ts'
import type { TotpSecret } from './model.ts'
import { byAccount, hasNone } from './queries.ts'

interface AcceptedStep {
  readonly step: number
  readonly now: Date
}

export class TotpRepository {
  /** The confirmed secret of the account, or the one that waits for its code; null if there is none. */
  async find(db: Database, accountId: AccountId, state: TotpSecret['state']): Promise<TotpSecret | null> {
    const rows = await byAccount.execute(db, { accountId })
    const row = rows.find((each) => each.state === state)
    return row === undefined ? null : toSecret(row)
  }

  /** The account has no confirmed secret. */
  hasNone(accountId: AccountId): Condition {
    return hasNone.with({ accountId })
  }

  async insert(db: Transaction, accountId: AccountId, secret: TotpSecret): Promise<void> {
    const { id, state, name, secretSealed, lastStep, createdAt, lastUsedAt } = secret
    await db
      .insertInto('totp_secrets')
      .values({
        id,
        account_id: accountId,
        state,
        name,
        secret_sealed: secretSealed,
        last_step: lastStep,
        created_at: createdAt.getTime(),
        last_used_at: lastUsedAt?.getTime() ?? null,
      })
      .execute()
  }

  async deleteState(db: Transaction, accountId: AccountId, state: TotpSecret['state']): Promise<void> {
    await db
      .deleteFrom('totp_secrets')
      .where('account_id', '=', accountId)
      .where('state', '=', state)
      .execute()
  }

  /** @returns whether the account had such a secret that is confirmed */
  async delete(db: Transaction, accountId: AccountId, id: FactorId): Promise<boolean> {
    return await changesRows(
      db
        .deleteFrom('totp_secrets')
        .where('id', '=', id)
        .where('account_id', '=', accountId)
        .where('state', '=', 'confirmed'),
    )
  }

  /** @returns whether the account had such a secret that is confirmed */
  async rename(db: Transaction, accountId: AccountId, id: FactorId, name: string): Promise<boolean> {
    const own = db
      .selectFrom('totp_secrets')
      .select('id')
      .where('id', '=', id)
      .where('account_id', '=', accountId)
      .where('state', '=', 'confirmed')
    if ((await own.executeTakeFirst()) === undefined) return false
    await db.updateTable('totp_secrets').set({ name }).where('id', '=', id).execute()
    return true
  }

  /**
   * Accepts a time step, if it is later than every one that was accepted before.
   * @returns whether it did: of all who give one code at once, on any server, one succeeds (I1, RFC 6238 §5.2, A91)
   */
  async accept(db: Transaction, id: FactorId, { step, now }: AcceptedStep): Promise<boolean> {
    return await changesRows(
      db
        .updateTable('totp_secrets')
        .set({ last_step: step, last_used_at: now.getTime() })
        .where('id', '=', id)
        .where('state', '=', 'confirmed')
        .where((row) => row.or([row('last_step', 'is', null), row('last_step', '<', step)])),
    )
  }

  /** Makes a pending secret the second factor. @returns false if another request has changed it in the meantime */
  async confirm(db: Transaction, id: FactorId, { step, now }: AcceptedStep): Promise<boolean> {
    return await changesRows(
      db
        .updateTable('totp_secrets')
        .set({ state: 'confirmed', last_step: step, last_used_at: now.getTime() })
        .where('id', '=', id)
        .where('state', '=', 'pending'),
    )
  }

  /** In the order of their ids. */
  async listSealed(
    db: Database,
    { after, limit }: { readonly after: FactorId | null; readonly limit: number },
  ): Promise<{ id: FactorId; secretSealed: string }[]> {
    const rows = await db
      .selectFrom('totp_secrets')
      .select(['id', 'secret_sealed'])
      .where('id', '>', after ?? lowestId)
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map((row) => ({ id: row.id, secretSealed: row.secret_sealed }))
  }

  async replaceSealed(
    db: Transaction,
    id: FactorId,
    { read, resealed }: { readonly read: string; readonly resealed: string },
  ): Promise<void> {
    await db
      .updateTable('totp_secrets')
      .set({ secret_sealed: resealed })
      .where('id', '=', id)
      .where('secret_sealed', '=', read)
      .execute()
  }
}

function toSecret(row: TotpSecretsTable): TotpSecret {
  return {
    id: row.id,
    state: row.state,
    name: row.name,
    secretSealed: row.secret_sealed,
    lastStep: row.last_step,
    createdAt: new Date(row.created_at),
    lastUsedAt: row.last_used_at === null ? null : new Date(row.last_used_at),
  }
}
