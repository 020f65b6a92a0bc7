import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { clientKey, networkKey } from '../kernel/addresses.ts'
import { assertWithin, type Limiter, type LimitPolicy, type LimitState } from '../kernel/limiter.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A second limit for some of the requests to a route, whose body says which. It is counted when the body is read. */
    limitByBody?: (body: unknown) => LimitPolicy | null
  }
  interface FastifyRequest {
    /** The limit that was counted last. */
    limitPolicy: LimitPolicy | null
  }
}

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
  app.decorateRequest('limitPolicy', null)

  app.addHook('onRequest', (request, reply, done) => {
    const policy = request.routeOptions.config.limit
    if (policy === undefined) done()
    else count(policy, request, reply).then(() => done(), done)
  })

  app.addHook('preHandler', (request, reply, done) => {
    const policy = policyByBody(request)
    if (policy === null) done()
    else count(policy, request, reply).then(() => done(), done)
  })

  const count = async (policy: LimitPolicy, request: FastifyRequest, reply: FastifyReply) => {
    const { clientAddress } = request
    const client = await takeFromClient(policy, clientAddress)
    // A refused request does not count against the neighbours of the client.
    const state = client.isExceeded ? client : tighter(client, await takeFromNetwork(policy, clientAddress))
    request.limitPolicy = policy
    setRateLimitFields(reply, policy, state)
    assertWithin(state, state.limit)
  }

  // Before the answer, so that a client that waits for it has its use back.
  app.addHook('onSend', (request, { statusCode, problemCode }, payload, done) => {
    // The status of a refusal may be that of a success, in the answers of an old API.
    const refunded = statusCode < 300 && problemCode === null ? refundedPolicies(request) : []
    if (refunded.length === 0) done(null, payload)
    else refundAll(refunded, request).then(() => done(null, payload), done)
  })

  const refundAll = async (policies: readonly LimitPolicy[], { clientAddress }: FastifyRequest) => {
    for (const policy of policies) await limiter.refund(policy, clientKey(clientAddress))
  }

  const take = async (policy: LimitPolicy, key: string): Promise<NamedState> => ({
    ...(await limiter.take(policy, key)),
    limit: policy.name,
  })

  const takeFromClient = async (policy: LimitPolicy, address: string): Promise<NamedState> => {
    const key = clientKey(address)
    if (policy.refundsSuccess !== true) return await take(policy, key)
    // Without a bound on the requests that succeed, one client could use up the quota of its whole network.
    const { name, quota, windowSeconds } = policy
    const share = Math.max(quota, Math.floor((quota * networkLimitFactor) / 2))
    const all = await take({ name: `${name}-all`, quota: share, windowSeconds }, key)
    return all.isExceeded ? all : tighter(all, await take(policy, key))
  }

  const takeFromNetwork = ({ name, quota, windowSeconds }: LimitPolicy, address: string) =>
    take({ name: `${name}-network`, quota: quota * networkLimitFactor, windowSeconds }, networkKey(address))
}

/** The state of a limit, with the name of the limit. */
interface NamedState extends LimitState {
  readonly limit: string
}

function policyByBody({ body, routeOptions }: FastifyRequest): LimitPolicy | null {
  return routeOptions.config.limitByBody?.(body) ?? null
}

function refundedPolicies(request: FastifyRequest): readonly LimitPolicy[] {
  return [request.routeOptions.config.limit, policyByBody(request)].filter(
    (policy): policy is LimitPolicy => policy?.refundsSuccess === true,
  )
}

/** The quota that is used up sooner. */
function tighter(one: NamedState, other: NamedState): NamedState {
  return other.isExceeded || other.remaining < one.remaining ? other : one
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
