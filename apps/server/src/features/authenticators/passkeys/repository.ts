import { digestSecret } from '../../../platform/crypto/digests.ts'
import { changesRows } from '../../../platform/database/changed-rows.ts'
import type { PasskeysTable } from '../../../platform/database/factor-tables.ts'
import { UniqueViolation } from '../../../platform/database/faults.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { Condition } from '../../../platform/database/write-if.ts'
import type { AccountId, FactorId } from '../../../platform/kernel/ids.ts'
import type { Passkey, PasskeyUse } from './model.ts'
import { byAccount, byCredential, hasNone } from './queries.ts'

export class PasskeysRepository {
  /** Oldest first. */
  async list(db: Database, accountId: AccountId): Promise<readonly Passkey[]> {
    return (await byAccount.execute(db, { accountId })).map(toPasskey)
  }

  /** Null if no account has it. */
  async findByCredential(db: Database, credentialId: string): Promise<Passkey | null> {
    const [row] = await byCredential.execute(db, { credentialDigest: digestSecret(credentialId) })
    return row === undefined ? null : toPasskey(row)
  }

  /** The account has no passkey. */
  hasNone(accountId: AccountId): Condition {
    return hasNone.with({ accountId })
  }

  /** @returns false if an account has the credential already (A101) */
  async insert(db: Transaction, passkey: Passkey): Promise<boolean> {
    try {
      await this.#insert(db, passkey)
      return true
    } catch (error) {
      if (error instanceof UniqueViolation) return false
      throw error
    }
  }

  async #insert(db: Transaction, passkey: Passkey): Promise<void> {
    await db
      .insertInto('passkeys')
      .values({
        id: passkey.id,
        account_id: passkey.accountId,
        credential_id: passkey.credentialId,
        credential_digest: digestSecret(passkey.credentialId),
        public_key: passkey.publicKey,
        counter: passkey.counter,
        aaguid: passkey.aaguid,
        transports: passkey.transports.join(' '),
        backup_state: passkey.backupState,
        name: passkey.name,
        created_at: passkey.createdAt.getTime(),
        last_used_at: passkey.lastUsedAt?.getTime() ?? null,
        restricted_at: passkey.restrictedAt?.getTime() ?? null,
      })
      .execute()
  }

  /** @returns whether the account had such a passkey */
  async delete(db: Transaction, accountId: AccountId, id: FactorId): Promise<boolean> {
    return await changesRows(
      db.deleteFrom('passkeys').where('id', '=', id).where('account_id', '=', accountId),
    )
  }

  /** @returns whether the account had such a passkey */
  async rename(db: Transaction, accountId: AccountId, id: FactorId, name: string): Promise<boolean> {
    return await changesRows(
      db.updateTable('passkeys').set({ name }).where('id', '=', id).where('account_id', '=', accountId),
    )
  }

  /** @returns false if it was removed, or used by another request, since it was read */
  async use(
    db: Transaction,
    { counter: read, id }: Pick<Passkey, 'counter' | 'id'>,
    { backupState, counter, usedAt }: PasskeyUse,
  ): Promise<boolean> {
    return await changesRows(
      db
        .updateTable('passkeys')
        .set({ backup_state: backupState, counter, last_used_at: usedAt.getTime() })
        .where('id', '=', id)
        .where('counter', '=', read),
    )
  }

  /** Every passkey of the account is only a second factor from now on. */
  async restrictAll(db: Transaction, accountId: AccountId, now: Date): Promise<void> {
    await db
      .updateTable('passkeys')
      .set({ restricted_at: now.getTime() })
      .where('account_id', '=', accountId)
      .where('restricted_at', 'is', null)
      .execute()
  }

  /** The passkey signs in alone again. */
  async unrestrict(db: Transaction, id: FactorId): Promise<void> {
    await db.updateTable('passkeys').set({ restricted_at: null }).where('id', '=', id).execute()
  }
}

function toPasskey(row: PasskeysTable): Passkey {
  return {
    id: row.id,
    accountId: row.account_id,
    credentialId: row.credential_id,
    publicKey: row.public_key,
    counter: row.counter,
    aaguid: row.aaguid,
    transports: row.transports === '' ? [] : row.transports.split(' '),
    backupState: row.backup_state,
    name: row.name,
    createdAt: new Date(row.created_at),
    lastUsedAt: dateOf(row.last_used_at),
    restrictedAt: dateOf(row.restricted_at),
  }
}

function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms)
}
