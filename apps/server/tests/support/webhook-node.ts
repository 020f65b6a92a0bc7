import { Owing } from '../../src/features/integration/webhooks/deliveries/lines/owing.ts'
import { LinesRepository } from '../../src/features/integration/webhooks/deliveries/lines/repository.ts'
import type { Attempt } from '../../src/features/integration/webhooks/deliveries/model.ts'
import { WebhookOperations } from '../../src/features/integration/webhooks/deliveries/operations.ts'
import { DeliveriesRepository } from '../../src/features/integration/webhooks/deliveries/repository.ts'
import { WebhookSender } from '../../src/features/integration/webhooks/deliveries/sender.ts'
import { WebhookDeliveryService } from '../../src/features/integration/webhooks/deliveries/service.ts'
import { EndpointsRepository } from '../../src/features/integration/webhooks/endpoints/repository.ts'
import { EndpointsService } from '../../src/features/integration/webhooks/endpoints/service.ts'
import { EndpointStops } from '../../src/features/integration/webhooks/endpoints/stops.ts'
import { type EventType, eventTypes } from '../../src/features/integration/webhooks/events/model.ts'
import { EventsService } from '../../src/features/integration/webhooks/events/service.ts'
import { Sealer } from '../../src/platform/crypto/sealing.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import { inTransaction } from '../../src/platform/database/transactions.ts'
import type { WebhookId } from '../../src/platform/kernel/ids.ts'
import { noRequest } from '../../src/platform/kernel/request-context.ts'
import { PublicDestinations } from '../../src/platform/outgoing/destinations.ts'
import { OutgoingRequests } from '../../src/platform/outgoing/outgoing.ts'
import { resolveByDns } from '../../src/platform/outgoing/resolve.ts'
import type { FakeTrail } from './fake-trail.ts'
import type { FrozenClock } from './frozen-clock.ts'

export interface WebhookNodeOptions {
  readonly db: Database
  readonly clock: FrozenClock
  readonly trail: FakeTrail
  /** In place of requests. */
  readonly sender?: Pick<WebhookSender, 'send'>
}

export interface NewWebhook {
  readonly id: WebhookId
  readonly secret: string
}

/** What one server does for webhooks, without a server. */
export class WebhookNode {
  readonly #options: WebhookNodeOptions
  readonly endpoints: EndpointsService
  readonly events: EventsService
  readonly operations: WebhookOperations
  readonly #delivery: WebhookDeliveryService
  readonly #outgoing: OutgoingRequests
  readonly #aborting = new AbortController()

  constructor(options: WebhookNodeOptions) {
    const { db, clock, trail } = options
    this.#options = options
    const endpoints = new EndpointsRepository()
    const deliveries = new DeliveriesRepository()
    const lines = new LinesRepository()
    const owing = new Owing({ lines, clock })
    const sealer = new Sealer({ current: 'aMasterSecretOfOneDatabase-1f6c0e9a83b75d24' })
    const destinations = new PublicDestinations({ allowedNetworks: [], allowsLoopback: true })
    this.#outgoing = new OutgoingRequests({ destinations, resolve: resolveByDns, keepsConnections: true })
    const sender = options.sender ?? new WebhookSender({ outgoing: this.#outgoing, sealer, clock })
    const audit = { success: async () => undefined }
    const shared = {
      db,
      clock,
      trail,
      sealer,
      endpoints,
      deliveries,
      lines,
      owing,
      sender,
      audit,
      destinations,
    }
    this.endpoints = new EndpointsService(shared)
    this.events = new EventsService(shared)
    this.operations = new WebhookOperations(shared)
    this.#delivery = new WebhookDeliveryService({
      ...shared,
      endpointStops: new EndpointStops(shared),
      events: this.events,
      random: () => 0,
    })
  }

  async create(url: string, types: readonly EventType[] = eventTypes): Promise<NewWebhook> {
    const settings = { url, description: null, eventTypes: types }
    const { endpoint, secret } = await inTransaction(this.#options.db, (transaction) =>
      this.endpoints.create(transaction, settings, noRequest),
    )
    return { id: endpoint.id, secret }
  }

  async rotate(id: WebhookId, overlapSeconds: number): Promise<string> {
    const options = { overlapSeconds, context: noRequest }
    return await inTransaction(this.#options.db, (transaction) =>
      this.endpoints.rotateSecret(transaction, id, options),
    )
  }

  /** Works until there is nothing more to do now. @returns the attempts, in the order in which they ended */
  async work(): Promise<Attempt[]> {
    const attempts: Attempt[] = []
    for (let before = -1, isMore = true; isMore || attempts.length > before; ) {
      before = attempts.length
      isMore = await this.start(attempts)
      await this.#delivery.settled()
    }
    return attempts
  }

  /** One round; does not wait for its attempts. @returns whether there may be more to do at once */
  async start(attempts: Attempt[] = []): Promise<boolean> {
    const { isMore } = await this.#delivery.round({
      aborting: this.#aborting.signal,
      onAttempt: (attempt) => attempts.push(attempt),
      onFailure: (error) => {
        throw error
      },
    })
    return isMore
  }

  /** Breaks off what is under way. */
  async stop(): Promise<void> {
    this.#aborting.abort()
    await this.#delivery.settled()
    this.#outgoing.close()
  }
}
