import { BlocksRepository } from '../../features/administration/audit-trail/repository.ts'
import { AuditTrailService } from '../../features/administration/audit-trail/service.ts'
import { Owing } from '../../features/integration/webhooks/deliveries/lines/owing.ts'
import { LinesRepository } from '../../features/integration/webhooks/deliveries/lines/repository.ts'
import { WebhookOperations } from '../../features/integration/webhooks/deliveries/operations.ts'
import { DeliveriesRepository } from '../../features/integration/webhooks/deliveries/repository.ts'
import { WebhookSender } from '../../features/integration/webhooks/deliveries/sender.ts'
import { WebhookDeliveryService } from '../../features/integration/webhooks/deliveries/service.ts'
import { NewSecretsService } from '../../features/integration/webhooks/endpoints/new-secrets.ts'
import { EndpointsRepository } from '../../features/integration/webhooks/endpoints/repository.ts'
import { EndpointsService } from '../../features/integration/webhooks/endpoints/service.ts'
import { EndpointStops } from '../../features/integration/webhooks/endpoints/stops.ts'
import { EventsService } from '../../features/integration/webhooks/events/service.ts'
import type { Platform } from './platform.ts'
import type { Safeguards } from './safeguards.ts'
import type { Users } from './users.ts'

export type Integration = ReturnType<typeof wireIntegration>

/** Needs only records. It is wired before the flows, because the erasure of an account is announced by webhooks. */
export function wireIntegration(above: Platform & Safeguards & Users) {
  const { publicDestinations: destinations, publicOutgoing: outgoing } = above
  const trail = new AuditTrailService({ ...above, blocks: new BlocksRepository() })
  const endpoints = new EndpointsRepository()
  const deliveries = new DeliveriesRepository()
  const lines = new LinesRepository()
  const owing = new Owing({ lines, clock: above.clock })
  const shared = { ...above, trail, endpoints, deliveries, lines, owing }
  const events = new EventsService(shared)
  const endpointStops = new EndpointStops(shared)
  const sender = new WebhookSender({ ...above, outgoing })
  const webhooks = new EndpointsService({ ...shared, destinations })
  return {
    auditTrail: trail,
    webhookEvents: events,
    webhooks,
    webhookSecrets: new NewSecretsService({ ...above, endpoints: webhooks }),
    webhookDelivery: new WebhookDeliveryService({
      ...shared,
      endpointStops,
      events,
      sender,
      random: Math.random,
    }),
    webhookOperations: new WebhookOperations({ ...shared, sender }),
  }
}
