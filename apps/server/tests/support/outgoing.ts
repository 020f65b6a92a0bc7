import { configuredDestinations } from '../../src/platform/outgoing/destinations.ts'
import { OutgoingRequests } from '../../src/platform/outgoing/outgoing.ts'
import { resolveByHost } from '../../src/platform/outgoing/resolve.ts'

/** Sends to any address, as to those that the operator has configured. */
export function testOutgoing(): OutgoingRequests {
  return new OutgoingRequests({
    destinations: configuredDestinations,
    resolve: resolveByHost,
    keepsConnections: false,
  })
}
