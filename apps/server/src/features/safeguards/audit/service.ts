import { digestSecret } from '../../../platform/crypto/digests.ts'
import type { Database } from '../../../platform/database/tables.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { type AccountId, type AuditEventId, newId } from '../../../platform/kernel/ids.ts'
import type { Limiter } from '../../../platform/kernel/limiter.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { AuditAction, AuditEvent, AuditOutcome, AuditSubject, RecordedEvent } from './model.ts'
import type { AuditRepository } from './repository.ts'

const throttle = { name: 'audit', quota: 1, windowSeconds: 60 }

export interface AuditServiceOptions {
  readonly audit: AuditRepository
  readonly clock: Clock
  readonly limiter: Pick<Limiter, 'take'>
  /** Called for each event, for the metrics. */
  readonly onEvent: (event: AuditEvent) => void
}

export class AuditService {
  readonly #options: AuditServiceOptions

  constructor(options: AuditServiceOptions) {
    this.#options = options
  }

  /** Records a success, in the transaction of the action itself, so that neither is stored without the other. */
  async success(
    db: Database,
    action: AuditAction,
    subject: AuditSubject,
    context: RequestContext,
  ): Promise<void> {
    await this.#record(db, eventOf(action, 'success', subject, context))
  }

  async failure(
    db: Database,
    action: AuditAction,
    subject: AuditSubject,
    context: RequestContext,
  ): Promise<void> {
    await this.#record(db, eventOf(action, 'failure', subject, context))
  }

  /** Records that a guess came too early, like a failure: no one must notice the difference. */
  async limited(
    db: Database,
    action: AuditAction,
    subject: AuditSubject,
    context: RequestContext,
  ): Promise<void> {
    await this.#record(db, eventOf(action, 'limited', subject, context))
  }

  /** Records that the answer of an earlier action was sent again. */
  async repeated(
    db: Database,
    action: AuditAction,
    subject: AuditSubject,
    context: RequestContext,
  ): Promise<void> {
    await this.#record(db, eventOf(action, 'repeated', subject, context))
  }

  /**
   * Records that a guess came too early to be verified. Every event is counted, but only one per minute is stored for
   * each `dedupeKey`: a flood of refusals must not become a flood of writes (I13).
   */
  async recordThrottled(
    db: Database,
    action: AuditAction,
    subject: AuditSubject,
    context: RequestContext,
    dedupeKey: string,
  ): Promise<void> {
    const event = eventOf(action, 'limited', subject, context)
    const { isExceeded } = await this.#options.limiter.take(throttle, digestSecret(dedupeKey))
    if (isExceeded) this.#options.onEvent(event)
    else await this.#record(db, event)
  }

  /** The events of an account, oldest first. */
  list(
    db: Database,
    accountId: AccountId,
    page: { after: AuditEventId | null; limit: number },
  ): Promise<RecordedEvent[]> {
    return this.#options.audit.list(db, accountId, page)
  }

  /** The addresses from which the account has been used. */
  addressesOf(db: Database, accountId: AccountId): Promise<string[]> {
    return this.#options.audit.addressesOf(db, accountId)
  }

  /** Keeps the events of an account, but removes the account, the addresses and the sessions from them. */
  async pseudonymise(db: Database, accountId: AccountId, pseudonym: AccountId): Promise<void> {
    await this.#options.audit.pseudonymise(db, accountId, pseudonym)
  }

  /** When the account last had such an event; null if never. */
  lastTime(db: Database, accountId: AccountId, action: AuditAction): Promise<Date | null> {
    return this.#options.audit.findLastTime(db, accountId, action)
  }

  // Outside a transaction, nothing locks the account. If it has been erased in the meantime, the event must not name
  // it.
  async #record(db: Database, event: AuditEvent): Promise<void> {
    const options = { at: this.#options.clock.now(), onlyIfExists: !db.isTransaction }
    await this.#options.audit.insert(db, newId<AuditEventId>(), event, options)
    this.#options.onEvent(event)
  }
}

function eventOf(
  action: AuditAction,
  outcome: AuditOutcome,
  { accountId = null, sessionId = null, method = null }: AuditSubject,
  { ipAddress }: RequestContext,
): AuditEvent {
  return { action, outcome, accountId, sessionId, method, ipAddress }
}
