import type { ResealStep, Sealer } from '../../../../platform/crypto/sealing.ts'
import { resealBatchSize, resealPage } from '../../../../platform/database/resealing.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { lowestId, newId, type WebhookId } from '../../../../platform/kernel/ids.ts'
import { notFound } from '../../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import type { Destinations } from '../../../../platform/outgoing/destinations.ts'
import { changesBetween, type Values } from '../../../safeguards/audit/model.ts'
import type { AuditService } from '../../../safeguards/audit/service.ts'
import type { DeliveriesRepository } from '../deliveries/repository.ts'
import {
  type Endpoint,
  type EndpointSettings,
  endpointsMax,
  type ListedEndpoint,
  type SealedSecrets,
  type SettingsChange,
  type StoredEndpoint,
  targetOf,
  tooManyWebhooks,
} from './model.ts'
import type { EndpointsRepository, SealedEndpoint } from './repository.ts'
import { newSecret, sealingContextOf } from './secrets.ts'
import { checkSettings } from './settings.ts'

export interface EndpointsServiceOptions {
  readonly db: Database
  readonly endpoints: EndpointsRepository
  readonly deliveries: Pick<DeliveriesRepository, 'countBacklogs' | 'deleteByEndpoint'>
  readonly trail: { lastBlock(db: Database): Promise<number> }
  readonly destinations: Pick<Destinations, 'allowsUrl'>
  readonly audit: Pick<AuditService, 'success'>
  readonly sealer: Sealer
  readonly clock: Clock
}

/** The secret is shown only once. */
export interface NewEndpoint {
  readonly endpoint: Endpoint
  readonly secret: string
}

export class EndpointsService {
  readonly #options: EndpointsServiceOptions

  constructor(options: EndpointsServiceOptions) {
    this.#options = options
  }

  /** @throws `validation_failed` */
  checkRules(given: Partial<EndpointSettings>): void {
    checkSettings(given, (url) => this.#options.destinations.allowsUrl(url))
  }

  /**
   * Adds an endpoint. It gets the events from now on.
   * @throws `validation_failed`, `too_many_webhooks`
   */
  async create(
    transaction: Transaction,
    settings: EndpointSettings,
    context: RequestContext,
  ): Promise<NewEndpoint> {
    const { endpoints, trail, clock } = this.#options
    this.checkRules(settings)
    if ((await endpoints.count(transaction)) >= endpointsMax) throw new Failure(tooManyWebhooks)
    const id = newId<WebhookId>()
    const secret = newSecret()
    const now = clock.now()
    const endpoint: StoredEndpoint = {
      ...settings,
      id,
      state: 'enabled',
      cursorBlock: await trail.lastBlock(transaction),
      secrets: { current: this.#seal(id, secret), previous: null, previousUntil: null },
      createdAt: now,
      updatedAt: now,
    }
    await endpoints.insert(transaction, endpoint)
    await this.#record(transaction, 'webhook_creation', id, { before: null, after: endpoint }, context)
    return { endpoint, secret }
  }

  /** Newest first. */
  async list(page: { before: WebhookId | null; limit: number }): Promise<ListedEndpoint[]> {
    const { db, endpoints } = this.#options
    return await this.#withBacklogs(await endpoints.list(db, page))
  }

  /** @throws `not_found` */
  async get(id: WebhookId): Promise<ListedEndpoint> {
    const { db, endpoints } = this.#options
    const endpoint = await endpoints.find(db, id)
    const [listed] = await this.#withBacklogs(endpoint === null ? [] : [endpoint])
    if (listed === undefined) throw new Failure(notFound)
    return listed
  }

  /**
   * Changes the fields that are given. An endpoint that is enabled again gets all that has happened meanwhile.
   * @throws `not_found`, `validation_failed`
   */
  async change(id: WebhookId, change: SettingsChange, context: RequestContext): Promise<ListedEndpoint> {
    const { db, endpoints, clock } = this.#options
    this.checkRules(change)
    await inTransaction(db, async (transaction) => {
      const before = await this.#lock(transaction, id)
      const updatedAt = clock.now()
      await endpoints.update(transaction, id, { ...change, updatedAt })
      await this.#record(
        transaction,
        'webhook_change',
        id,
        { before, after: { ...before, ...change } },
        context,
      )
    })
    return await this.get(id)
  }

  /** Nothing more is sent there, not even what waits. @throws `not_found` */
  async delete(id: WebhookId, context: RequestContext): Promise<void> {
    const { db, endpoints, clock } = this.#options
    await inTransaction(db, async (transaction) => {
      const before = await this.#lock(transaction, id)
      await endpoints.markDeleted(transaction, id, clock.now())
      await this.#record(transaction, 'webhook_deletion', id, { before, after: null }, context)
    })
  }

  /**
   * Makes a new secret. The one before signs too for a while, so that no receiver has to change both sides at once. A
   * secret that was replaced earlier no longer signs.
   * @throws `not_found`
   */
  async rotateSecret(
    transaction: Transaction,
    id: WebhookId,
    { overlapSeconds, context }: { readonly overlapSeconds: number; readonly context: RequestContext },
  ): Promise<string> {
    const { endpoints, clock } = this.#options
    const { secrets } = await this.#lock(transaction, id)
    const secret = newSecret()
    const now = clock.now()
    const replaced: SealedSecrets = {
      current: this.#seal(id, secret),
      previous: overlapSeconds === 0 ? null : secrets.current,
      previousUntil: overlapSeconds === 0 ? null : new Date(now.getTime() + overlapSeconds * 1_000),
    }
    await endpoints.update(transaction, id, { secrets: replaced, updatedAt: now })
    await this.#options.audit.success(
      transaction,
      'webhook_secret_rotation',
      { target: targetOf(id) },
      context,
    )
    return secret
  }

  /** Deletes what belongs to deleted endpoints. @returns how many rows, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { db, endpoints, deliveries } = this.#options
    let count = 0
    for (const id of await endpoints.listDeleted(db)) {
      const left = limit - count
      if (left <= 0) break
      count += await inTransaction(db, async (transaction) => {
        const deleted = await deliveries.deleteByEndpoint(transaction, id, left)
        if (deleted < left) await endpoints.deleteMarked(transaction, id)
        return deleted
      })
    }
    return count
  }

  /**
   * Reseals the next secrets after `after` that a previous master secret sealed.
   * @throws WrongMasterSecret, DamagedSeal
   */
  async reseal({ after, dryRun }: { after: string | null; dryRun: boolean }): Promise<ResealStep> {
    const { db, endpoints } = this.#options
    const page = { after: (after ?? lowestId) as WebhookId, limit: resealBatchSize }
    return await resealPage(db, {
      dryRun,
      rows: await endpoints.listSealed(db, page),
      keyOf: ({ id }) => id,
      changesOf: (row) => this.#resealed(row),
      replace: (transaction, { id, ...values }) => endpoints.replaceSecrets(transaction, id, values),
    })
  }

  #resealed({ id, secrets: read }: SealedEndpoint) {
    const { sealer } = this.#options
    const current = sealer.reseal(read.current, sealingContextOf(id))
    const previous = read.previous === null ? null : sealer.reseal(read.previous, sealingContextOf(id))
    if (current === null && previous === null) return []
    const resealed = { ...read, current: current ?? read.current, previous: previous ?? read.previous }
    return [{ id, read, resealed }]
  }

  async #lock(transaction: Transaction, id: WebhookId): Promise<StoredEndpoint> {
    const endpoint = await this.#options.endpoints.lock(transaction, id)
    if (endpoint === null) throw new Failure(notFound)
    return endpoint
  }

  async #withBacklogs(endpoints: readonly Endpoint[]): Promise<ListedEndpoint[]> {
    const { db, deliveries } = this.#options
    const backlogs = await deliveries.countBacklogs(
      db,
      endpoints.map(({ id }) => id),
    )
    return endpoints.map((endpoint) => ({
      endpoint,
      backlog: backlogs.get(endpoint.id) ?? { waiting: 0, dead: 0 },
    }))
  }

  #seal(id: WebhookId, secret: string): string {
    return this.#options.sealer.seal(secret, sealingContextOf(id))
  }

  async #record(
    transaction: Transaction,
    action: 'webhook_creation' | 'webhook_change' | 'webhook_deletion',
    id: WebhookId,
    { before, after }: { readonly before: Endpoint | null; readonly after: Endpoint | null },
    context: RequestContext,
  ): Promise<void> {
    const changes = changesBetween(before && recordedOf(before), after && recordedOf(after))
    await this.#options.audit.success(transaction, action, { target: targetOf(id), changes }, context)
  }
}

/** The path and the query of a URL often contain a secret of the receiver, so the trail has only its origin. */
function recordedOf({ url, description, eventTypes, state }: Endpoint): Values {
  return { origin: new URL(url).origin, description, event_types: eventTypes, status: state }
}
