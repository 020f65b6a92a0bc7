import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { clientKey, networkKey } from '../kernel/addresses.ts'
import { Failure } from '../kernel/failures.ts'
import type { Limiter, LimitPolicy, LimitState } from '../kernel/limiter.ts'
import { rateLimited } from '../kernel/problems.ts'

export interface LimitRoutesOptions {
  readonly limiter: Limiter
  /** How many times the quota of one client its whole network has. */
  readonly networkLimitFactor: number
}

/**
 * Counts each request to a route with a limit by its client, before anything else is done for it. Addresses are sold by
 * the network, so a network has a quota too, wide enough for a university behind it (A14).
 */
export function limitRoutes(app: FastifyInstance, { limiter, networkLimitFactor }: LimitRoutesOptions): void {
  app.addHook('onRequest', async ({ routeOptions, clientAddress }: FastifyRequest, reply: FastifyReply) => {
    const policy = routeOptions.config.limit
    if (policy === undefined) return
    const client = await limiter.take(policy, clientKey(clientAddress))
    // What a client is refused takes nothing from its neighbours.
    const state = client.isExceeded ? client : tighter(client, await takeFromNetwork(policy, clientAddress))
    tell(reply, policy, state)
    if (state.isExceeded) throw new Failure(rateLimited, { retryAfterSeconds: state.resetSeconds })
  })

  const takeFromNetwork = ({ name, quota, windowSeconds }: LimitPolicy, address: string) =>
    limiter.take(
      { name: `${name}-network`, quota: quota * networkLimitFactor, windowSeconds },
      networkKey(address),
    )
}

/** The one that ends sooner is what the caller must reckon with. */
function tighter(client: LimitState, network: LimitState): LimitState {
  return network.isExceeded || network.remaining < client.remaining ? network : client
}

// The fields of draft-ietf-httpapi-ratelimit-headers; they tell of the caller and its network, never of an account.
function tell(reply: FastifyReply, { name, quota, windowSeconds }: LimitPolicy, state: LimitState): void {
  reply.header('ratelimit-policy', `"${name}";q=${quota};w=${windowSeconds}`)
  reply.header('ratelimit', `"${name}";r=${state.remaining};t=${state.resetSeconds}`)
}
