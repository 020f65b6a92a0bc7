import { digestSecret } from '../../../platform/crypto/digests.ts'
import type { Database } from '../../../platform/database/tables.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { type AccountId, type AuditEventId, newId } from '../../../platform/kernel/ids.ts'
import type { Limiter } from '../../../platform/kernel/limiter.ts'
import type { AuditAction, AuditEvent, RecordedEvent } from './model.ts'
import type { AuditRepository } from './repository.ts'

const sparing = { name: 'audit', quota: 1, windowSeconds: 60 }

export interface AuditServiceOptions {
  readonly audit: AuditRepository
  readonly clock: Clock
  readonly limiter: Pick<Limiter, 'take'>
  /** Told of each event, for those who count. */
  readonly onEvent: (event: AuditEvent) => void
}

export class AuditService {
  readonly #audit: AuditRepository
  readonly #clock: Clock
  readonly #limiter: Pick<Limiter, 'take'>
  readonly #onEvent: (event: AuditEvent) => void

  constructor({ audit, clock, limiter, onEvent }: AuditServiceOptions) {
    this.#audit = audit
    this.#clock = clock
    this.#limiter = limiter
    this.#onEvent = onEvent
  }

  /**
   * In the transaction of what it tells of, so that neither is there without the other. Outside of one nothing holds
   * the account: where it has been erased since it was looked up, the event must not name it.
   */
  async record(db: Database, event: AuditEvent): Promise<void> {
    const how = { at: this.#clock.now(), onlyIfThere: !db.isTransaction }
    await this.#audit.insert(db, newId<AuditEventId>(), event, how)
    this.#onEvent(event)
  }

  /**
   * For what costs nobody anything to cause: stored once a minute for the same matter, and counted each time. A flood
   * of refusals must not become a flood of writes (I13).
   */
  async recordSparingly(db: Database, event: AuditEvent, matter: string): Promise<void> {
    const { isExceeded } = await this.#limiter.take(sparing, digestSecret(matter))
    if (isExceeded) this.#onEvent(event)
    else await this.record(db, event)
  }

  /** What is kept of an account, oldest first. */
  list(
    db: Database,
    accountId: AccountId,
    page: { after: AuditEventId | null; limit: number },
  ): Promise<RecordedEvent[]> {
    return this.#audit.list(db, accountId, page)
  }

  /** From where the account has been used. */
  addressesOf(db: Database, accountId: AccountId): Promise<string[]> {
    return this.#audit.addressesOf(db, accountId)
  }

  /** What was done stays on record; who did it, from where and in which session does not. */
  async pseudonymise(db: Database, accountId: AccountId, pseudonym: AccountId): Promise<void> {
    await this.#audit.pseudonymise(db, accountId, pseudonym)
  }

  /** When it was last done to the account; null where it never was. */
  lastTime(db: Database, accountId: AccountId, action: AuditAction): Promise<Date | null> {
    return this.#audit.findLastTime(db, accountId, action)
  }
}
