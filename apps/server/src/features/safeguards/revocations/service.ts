import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction, onCommitted } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { type AccountId, newId, type RevocationId, type SessionId } from '../../../platform/kernel/ids.ts'
import { tokenSecondsMax } from '../../../platform/kernel/lifetimes.ts'
import { clockToleranceSeconds } from '../../../platform/kernel/time-bounds.ts'
import type { Revocation, RevocationKind } from './model.ts'
import type { RevocationsRepository } from './repository.ts'

export interface RevocationsServiceOptions {
  readonly db: Database
  readonly revocations: RevocationsRepository
  readonly clock: Clock
}

/**
 * Keeps a record of revocations, for services that verify access tokens without asking this server. The service that
 * revokes something writes the record itself, in the same transaction, so that neither exists without the other.
 */
export class RevocationsService {
  readonly #options: RevocationsServiceOptions
  #onRecorded: () => void = () => undefined

  constructor(options: RevocationsServiceOptions) {
    this.#options = options
  }

  /** Calls back when a revocation of this server has been committed. */
  onRecorded(listener: () => void): void {
    this.#onRecorded = listener
  }

  async recordSessions(
    transaction: Transaction,
    accountId: AccountId,
    sessionIds: readonly SessionId[],
  ): Promise<void> {
    const records = sessionIds.map((sessionId) => this.#newRecord('session', { accountId, sessionId }))
    await this.#insert(transaction, records)
  }

  async recordAccount(transaction: Transaction, accountId: AccountId): Promise<void> {
    await this.#insert(transaction, [this.#newRecord('account', { accountId })])
  }

  async recordRoles(transaction: Transaction, accountId: AccountId): Promise<void> {
    await this.#insert(transaction, [this.#newRecord('roles', { accountId })])
  }

  /** Revokes what the key has signed, from the given time on. */
  async recordKey(transaction: Transaction, kid: string, revokedAt: Date): Promise<void> {
    const record = { ...this.#newRecord('key', { kid }), revokedAt }
    await this.#insert(transaction, [record])
  }

  /** One record for all who have the role: a change of a role must not cost a row for each of them. */
  async recordRole(transaction: Transaction, role: string): Promise<void> {
    await this.#insert(transaction, [this.#newRecord('role', { role })])
  }

  /**
   * Deletes the records of an account that is being erased. The ids of its sessions stay until its last access token
   * has expired: otherwise another service would accept that token. The ids are random, and nothing else refers to
   * them.
   */
  async forget(transaction: Transaction, accountId: AccountId): Promise<void> {
    const { clock, revocations } = this.#options
    await revocations.forget(transaction, accountId, clock.now())
  }

  /** Deletes records of tokens that have expired. @returns how many, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { clock, db, revocations } = this.#options
    return await inTransaction(db, (transaction) =>
      revocations.deleteExpired(transaction, clock.now(), limit),
    )
  }

  async #insert(transaction: Transaction, records: readonly Revocation[]): Promise<void> {
    await this.#options.revocations.insert(transaction, records)
    onCommitted(transaction, this.#recorded)
  }

  // One function, so that a transaction calls it once.
  readonly #recorded = () => this.#onRecorded()

  #newRecord(
    kind: RevocationKind,
    {
      accountId = null,
      sessionId = null,
      role = null,
      kid = null,
    }: Partial<Pick<Revocation, 'accountId' | 'sessionId' | 'role' | 'kid'>>,
  ): Revocation {
    const revokedAt = this.#options.clock.now()
    // The longest lifetime that any setting allows: another server, or this one before a restart, may have issued tokens
    // with another lifetime. A service whose clock is behind accepts them for that much longer.
    const lifetimeSeconds = tokenSecondsMax + clockToleranceSeconds
    const expiresAt = new Date(revokedAt.getTime() + lifetimeSeconds * 1_000)
    return { id: newId<RevocationId>(), kind, accountId, sessionId, role, kid, revokedAt, expiresAt }
  }
}
