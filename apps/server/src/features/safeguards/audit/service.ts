import { digestSecret } from '../../../platform/crypto/digests.ts'
import type { Write } from '../../../platform/database/prepared-write.ts'
import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { networkKey } from '../../../platform/kernel/addresses.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { dayMs } from '../../../platform/kernel/durations.ts'
import { type AccountId, type AuditEventId, newId } from '../../../platform/kernel/ids.ts'
import type { Limiter, LimitPolicy } from '../../../platform/kernel/limiter.ts'
import { clientKeyOf, type RequestContext } from '../../../platform/kernel/request-context.ts'
import {
  type AuditAction,
  type AuditEvent,
  type AuditOutcome,
  type AuditSubject,
  type RecordedEvent,
  refusalsOfAll,
  refusalsOfClient,
  refusalsOfNetwork,
} from './model.ts'
import { RefusalSums } from './refusal-sums.ts'
import type { AuditRepository, NewEvent } from './repository.ts'

const throttle = { name: 'audit', quota: 1, windowSeconds: 60 }

export interface AuditServiceOptions {
  readonly db: Database
  readonly audit: AuditRepository
  readonly clock: Clock
  readonly limiter: Pick<Limiter, 'take'>
  /** How long events are kept; 0 to keep them forever. */
  readonly retentionDays: number
  /** Called for each event, for the metrics. */
  readonly onEvent: (event: AuditEvent) => void
}

export class AuditService {
  readonly #options: AuditServiceOptions
  readonly #unstored = new RefusalSums()

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

  /** The record of a success that is stored together with the action itself. */
  successWrite(action: AuditAction, subject: AuditSubject, context: RequestContext): Write {
    const event = eventOf(action, 'success', subject, context)
    return this.#options.audit.insertion(this.#recorded(event), () => this.#options.onEvent(event))
  }

  async failure(
    db: Database,
    action: AuditAction,
    subject: AuditSubject,
    context: RequestContext,
  ): Promise<void> {
    await this.#record(db, eventOf(action, 'failure', subject, context))
  }

  /**
   * Records the refusal of a caller who is not signed in, within the share of this client. The share does not depend on
   * the account, and a guess that came too early takes it like a wrong one: neither must be noticed (A34).
   */
  async refusal(
    db: Database,
    action: AuditAction,
    subject: AuditSubject,
    context: RequestContext,
    { isLimited }: { isLimited: boolean },
  ): Promise<void> {
    const event = eventOf(action, isLimited ? 'limited' : 'failure', subject, context)
    if (await this.#hasShare(clientKeyOf(context))) await this.#record(db, event)
    else {
      this.#unstored.add(event)
      this.#options.onEvent(event)
    }
  }

  /** Stores how many refusals had no share since the last call: one row for each account. */
  async storeSums(): Promise<void> {
    const { audit, db } = this.#options
    const sums = this.#unstored.take()
    for (const [index, { event, occurrences }] of sums.entries())
      try {
        await audit.insertIfExists(db, { ...this.#recorded(event), occurrences })
      } catch (error) {
        for (const left of sums.slice(index)) this.#unstored.add(left.event, left.occurrences)
        throw error
      }
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

  /** Deletes events whose time is over. @returns how many, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { audit, clock, db, retentionDays } = this.#options
    if (retentionDays === 0) return 0
    const until = new Date(clock.now().getTime() - retentionDays * dayMs)
    return await inTransaction(db, (transaction) => audit.deleteOld(transaction, until, limit))
  }

  async #hasShare(client: string): Promise<boolean> {
    const { limiter } = this.#options
    const has = async (policy: LimitPolicy, key: string) => !(await limiter.take(policy, key)).isExceeded
    return (
      (await has(refusalsOfClient, client)) &&
      (await has(refusalsOfNetwork, networkKey(client))) &&
      (await has(refusalsOfAll, 'all'))
    )
  }

  // Outside a transaction, nothing locks the account. If it has been erased in the meantime, the event must not name
  // it.
  async #record(db: Database, event: AuditEvent): Promise<void> {
    const { audit, onEvent } = this.#options
    const recorded = this.#recorded(event)
    if (db.isTransaction) await audit.insertion(recorded).run(db)
    else await audit.insertIfExists(db, recorded)
    onEvent(event)
  }

  #recorded(event: AuditEvent): NewEvent {
    return { ...event, id: newId<AuditEventId>(), at: this.#options.clock.now(), occurrences: null }
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
