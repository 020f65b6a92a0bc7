import type { FastifyRequest } from 'fastify'
import type { RequestContext } from '../kernel/request-context.ts'

/** The origin of a request, for services. No other code reads it from a request. */
export function contextOf({ clientAddress, headers, id }: FastifyRequest): RequestContext {
  return { ipAddress: clientAddress, userAgent: headers['user-agent'] ?? null, requestId: id }
}
