import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { clientKey, networkKey } from '../kernel/addresses.ts'
import { assertWithin, type Limiter, type LimitPolicy, type LimitState } from '../kernel/limiter.ts'

export interface LimitRoutesOptions {
  readonly limiter: Limiter
  /** The quota of a whole network, as a multiple of the quota of one client. */
  readonly networkLimitFactor: number
}

/**
 * Counts each request to a limited route by its client, before any other work. An attacker can rent a whole network of
 * addresses, so a network has a quota too, which is large enough for a university (A14).
 */
export function limitRoutes(app: FastifyInstance, { limiter, networkLimitFactor }: LimitRoutesOptions): void {
  app.addHook('onRequest', async ({ routeOptions, clientAddress }: FastifyRequest, reply: FastifyReply) => {
    const policy = routeOptions.config.limit
    if (policy === undefined) return
    const client = await limiter.take(policy, clientKey(clientAddress))
    // A refused request does not count against the neighbours of the client.
    const state = client.isExceeded ? client : tighter(client, await takeFromNetwork(policy, clientAddress))
    setRateLimitFields(reply, policy, state)
    assertWithin(state)
  })

  // Before the answer, so that a client that waits for it has its use back.
  app.addHook(
    'onSend',
    async ({ routeOptions, clientAddress }: FastifyRequest, { statusCode }: FastifyReply) => {
      const policy = routeOptions.config.limit
      if (policy?.refundsSuccess !== true || statusCode >= 300) return
      await limiter.refund(policy, clientKey(clientAddress))
    },
  )

  const takeFromNetwork = ({ name, quota, windowSeconds }: LimitPolicy, address: string) =>
    limiter.take(
      { name: `${name}-network`, quota: quota * networkLimitFactor, windowSeconds },
      networkKey(address),
    )
}

/** The quota that is used up sooner. */
function tighter(client: LimitState, network: LimitState): LimitState {
  return network.isExceeded || network.remaining < client.remaining ? network : client
}

// The fields of draft-ietf-httpapi-ratelimit-headers. They describe the caller and its network, never an account.
function setRateLimitFields(
  reply: FastifyReply,
  { name, quota, windowSeconds }: LimitPolicy,
  state: LimitState,
): void {
  reply.header('ratelimit-policy', `"${name}";q=${quota};w=${windowSeconds}`)
  reply.header('ratelimit', `"${name}";r=${state.remaining};t=${state.resetSeconds}`)
}
