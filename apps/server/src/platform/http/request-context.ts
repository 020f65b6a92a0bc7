import type { FastifyRequest } from 'fastify'
import type { RequestContext } from '../kernel/request-context.ts'

/** The only place that reads from a request where it comes from. */
export function contextOf({ clientAddress, headers, id }: FastifyRequest): RequestContext {
  return { ipAddress: clientAddress, userAgent: headers['user-agent'] ?? null, requestId: id }
}
