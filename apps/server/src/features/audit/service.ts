import type { Database } from '../../platform/database/tables.ts'
import type { Clock } from '../../platform/kernel/clock.ts'
import { type AuditEventId, newId } from '../../platform/kernel/ids.ts'
import type { AuditEvent } from './model.ts'
import type { AuditRepository } from './repository.ts'

export interface AuditServiceOptions {
  readonly audit: AuditRepository
  readonly clock: Clock
  /** Told of each event, for those who count. */
  readonly onEvent: (event: AuditEvent) => void
}

export class AuditService {
  readonly #audit: AuditRepository
  readonly #clock: Clock
  readonly #onEvent: (event: AuditEvent) => void

  constructor({ audit, clock, onEvent }: AuditServiceOptions) {
    this.#audit = audit
    this.#clock = clock
    this.#onEvent = onEvent
  }

  /** In the transaction of what it tells of, so that neither is there without the other. */
  async record(db: Database, event: AuditEvent): Promise<void> {
    await this.#audit.insert(db, newId<AuditEventId>(), event, this.#clock.now())
    this.#onEvent(event)
  }
}
