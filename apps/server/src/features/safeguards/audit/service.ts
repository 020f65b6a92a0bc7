import { digestSecret } from '../../../platform/crypto/digests.ts'
import type { Write } from '../../../platform/database/prepared-write.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { networkKey } from '../../../platform/kernel/addresses.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { type AccountId, type AuditEventId, newId } from '../../../platform/kernel/ids.ts'
import type { Limiter, LimitPolicy } from '../../../platform/kernel/limiter.ts'
import { rateLimited } from '../../../platform/kernel/problems.ts'
import { clientKeyOf, noRequest, type RequestContext } from '../../../platform/kernel/request-context.ts'
import { eventOf } from './event.ts'
import {
  type AuditAction,
  type AuditEvent,
  type AuditSubject,
  type EventFilter,
  type OwnEventFilter,
  type RecordedEvent,
  refusalsOfAll,
  refusalsOfClient,
  refusalsOfNetwork,
} from './model.ts'
import type { AuditPeople } from './people/service.ts'
import { RefusalSums } from './refusal-sums.ts'
import type { AuditRepository, NewEvent, Position } from './repository.ts'

/** Even a right guess would have been refused. */
const tooManyGuesses = 'too_many_guesses'

const throttle = { name: 'audit', quota: 1, windowSeconds: 60 }

/** A call that was refused before it did anything. */
export interface RefusedRequest {
  /** The code of the problem that was answered. */
  readonly code: string
  /** Which limit or which permission; null if the code says it. */
  readonly by: string | null
  /** Its method and its pattern, such as `PUT /v1/users/:id/roles`. */
  readonly route: string
}

export interface AuditServiceOptions {
  readonly db: Database
  readonly audit: AuditRepository
  readonly people: Pick<AuditPeople, 'forget' | 'hasEvents'>
  readonly clock: Clock
  readonly limiter: Pick<Limiter, 'take'>
  /** Called for each event, for the metrics. */
  readonly onEvent: (event: AuditEvent) => void
}

export class AuditService {
  readonly #options: AuditServiceOptions
  readonly #unstored = new RefusalSums()
  #onRecorded: () => void = () => undefined

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

  /** Like `success` for many subjects of one action, with few statements. */
  async successes(
    transaction: Transaction,
    action: AuditAction,
    subjects: readonly AuditSubject[],
    context: RequestContext,
  ): Promise<void> {
    const events = subjects.map((subject) => eventOf(action, 'success', subject, context))
    await this.#options.audit.insertAll(
      transaction,
      events.map((event) => this.#recorded(event)),
    )
    for (const event of events) this.#onEvent(event)
  }

  /** The record of a success that is stored together with the action itself. */
  successWrite(action: AuditAction, subject: AuditSubject, context: RequestContext): Write {
    const event = eventOf(action, 'success', subject, context)
    return this.#options.audit.insertion(this.#recorded(event), () => this.#onEvent(event))
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
    const reason = isLimited ? tooManyGuesses : (subject.reason ?? null)
    const event = eventOf(action, isLimited ? 'limited' : 'failure', { ...subject, reason }, context)
    await this.#storeShare(db, event, context)
  }

  /**
   * Records that a call was refused before it did anything, and by what. Within the share of the client, as for strangers:
   * such calls cost next to nothing, so anyone could flood the table with them (I13).
   */
  async requestRefusal({ code, by, route }: RefusedRequest, context: RequestContext): Promise<void> {
    const reason = by === null ? code : `${code}:${by}`
    const subject = { accountId: context.actor?.accountId ?? null, target: `route:${route}`, reason }
    const isLimited = code === rateLimited.code
    const event = eventOf('request_refusal', isLimited ? 'limited' : 'failure', subject, context)
    await this.#storeShare(this.#options.db, event, context)
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
    const event = eventOf(action, 'limited', { ...subject, reason: tooManyGuesses }, context)
    const { isExceeded } = await this.#options.limiter.take(throttle, digestSecret(dedupeKey))
    if (isExceeded) this.#onEvent(event)
    else await this.#record(db, event)
  }

  /** The events of an account, oldest first. */
  list(
    db: Database,
    accountId: AccountId,
    page: { after: Position | null; limit: number },
  ): Promise<RecordedEvent[]> {
    return this.#options.audit.list(db, accountId, page)
  }

  find(db: Database, id: AuditEventId): Promise<RecordedEvent | null> {
    return this.#options.audit.find(db, id)
  }

  /** The events that pass the filter, newest first. */
  search(
    db: Database,
    filter: EventFilter,
    page: { before: Position | null; limit: number },
  ): Promise<RecordedEvent[]> {
    return this.#options.audit.search(db, filter, page)
  }

  /** Some events of an account, newest first. */
  listOf(
    db: Database,
    accountId: AccountId,
    filter: OwnEventFilter,
    page: { before: Position | null; limit: number },
  ): Promise<RecordedEvent[]> {
    return this.#options.audit.listOf(db, accountId, filter, page)
  }

  /** The events of some blocks, in the order of the trail. */
  listSealed(db: Database, blocks: { after: number; upTo: number }): Promise<RecordedEvent[]> {
    return this.#options.audit.listSealed(db, blocks)
  }

  /** The addresses from which the account has been used. */
  addressesOf(db: Database, accountId: AccountId): Promise<string[]> {
    return this.#options.audit.addressesOf(db, accountId)
  }

  /**
   * Keeps the events of an account, but removes from them what identifies its owner, and records the erasure under the
   * pseudonym. Nothing else links a pseudonym to the receipt of its owner.
   * @param target the receipt, in a form that does not reveal it
   */
  async forget(
    transaction: Transaction,
    accountId: AccountId,
    { target, context }: { target: string | null; context: RequestContext },
  ): Promise<void> {
    const pseudonym = await this.#options.people.forget(transaction, accountId)
    await this.success(transaction, 'erasure', { accountId: pseudonym, target }, context)
  }

  /** The same for events that a request has recorded after the erasure, because it read the account before. */
  async forgetLate(db: Database, accountId: AccountId, target: string | null): Promise<void> {
    if (!(await this.#options.people.hasEvents(db, accountId))) return
    await inTransaction(db, (transaction) =>
      this.forget(transaction, accountId, { target, context: noRequest }),
    )
  }

  /** Calls back for each event. It may not be committed yet. */
  onRecorded(callback: () => void): void {
    this.#onRecorded = callback
  }

  #onEvent(event: AuditEvent): void {
    this.#options.onEvent(event)
    this.#onRecorded()
  }

  async #storeShare(db: Database, event: AuditEvent, context: RequestContext): Promise<void> {
    if (await this.#hasShare(clientKeyOf(context))) await this.#record(db, event)
    else {
      this.#unstored.add(event)
      this.#onEvent(event)
    }
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
    const { audit } = this.#options
    const recorded = this.#recorded(event)
    if (db.isTransaction) await audit.insertion(recorded).run(db)
    else await audit.insertIfExists(db, recorded)
    this.#onEvent(event)
  }

  #recorded(event: AuditEvent): NewEvent {
    return { ...event, id: newId<AuditEventId>(), at: this.#options.clock.now(), occurrences: null }
  }
}
