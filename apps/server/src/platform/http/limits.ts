import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { clientKey } from '../kernel/addresses.ts'
import { Failure } from '../kernel/failures.ts'
import type { Limiter, LimitPolicy, LimitState } from '../kernel/limiter.ts'
import { rateLimited } from '../kernel/problems.ts'

/** Counts each request to a route with a limit by its client, before anything else is done for it. */
export function limitRoutes(app: FastifyInstance, limiter: Limiter): void {
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    const policy = request.routeOptions.config.limit
    if (policy === undefined) return
    const state = await limiter.take(policy, clientKey(request.clientAddress))
    tell(reply, policy, state)
    if (state.isExceeded) throw new Failure(rateLimited, { retryAfterSeconds: state.resetSeconds })
  })
}

// The fields of draft-ietf-httpapi-ratelimit-headers; they tell of the caller alone, never of an account.
function tell(reply: FastifyReply, { name, quota, windowSeconds }: LimitPolicy, state: LimitState): void {
  reply.header('ratelimit-policy', `"${name}";q=${quota};w=${windowSeconds}`)
  reply.header('ratelimit', `"${name}";r=${state.remaining};t=${state.resetSeconds}`)
}
