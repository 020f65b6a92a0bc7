import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { AuditService } from '../features/safeguards/audit/service.ts'
import { contextOf } from '../platform/http/request-context.ts'

export interface RefusedRequestsOptions {
  readonly audit: Pick<AuditService, 'requestRefusal'>
  readonly logger: Logger
}

/** Too many calls, and callers who may not do this. What a feature refuses for its own reasons, it records itself. */
const refusingStatuses = new Set([403, 429])

/**
 * Records every refusal with its request id, after the answer: the id that a person reports leads an administrator to
 * the limit or the permission that refused the call.
 */
export function recordRefusedRequests(app: FastifyInstance, { audit, logger }: RefusedRequestsOptions): void {
  app.addHook('onResponse', (request, { statusCode, problemCode: code, refusedBy: by }, done) => {
    done()
    if (!refusingStatuses.has(statusCode) || code === null) return
    const route = `${request.method} ${request.routeOptions.url ?? ''}`
    audit.requestRefusal({ code, by, route }, contextOf(request)).catch((error: unknown) => {
      // The caller already has the answer, and the log has the refusal too.
      logger.warn({ err: error, request_id: request.id }, 'a refusal could not be recorded')
    })
  })
}
