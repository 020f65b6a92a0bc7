import { digestSecret } from '../../platform/crypto/digests.ts'
import type { Database } from '../../platform/database/tables.ts'
import type { Clock } from '../../platform/kernel/clock.ts'
import { type AuditEventId, newId } from '../../platform/kernel/ids.ts'
import type { Limiter } from '../../platform/kernel/limiter.ts'
import type { AuditEvent } from './model.ts'
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

  /** In the transaction of what it tells of, so that neither is there without the other. */
  async record(db: Database, event: AuditEvent): Promise<void> {
    await this.#audit.insert(db, newId<AuditEventId>(), event, this.#clock.now())
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
}
