import type { FastifyInstance, FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The client may leave the body out. It then counts as an empty object. */
    bodyIsOptional?: true
  }
}

/**
 * Treats a request without content as a request without a body, whatever type it declares: a type describes content, and
 * there is none (RFC 9110 §8.3). Many clients declare a type for every request. Call it before any parser is chosen.
 */
export function acceptMissingBodies(app: FastifyInstance): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    if (hasNoContent(request)) {
      delete request.headers['content-type']
      delete request.headers['content-encoding']
    }
    done(null, payload)
  })
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.routeOptions.config.bodyIsOptional === true) request.body ??= {}
    done()
  })
}

// Without a length and without chunks there is no body (RFC 9112 §6.3). How much is in chunks is known only at the end.
function hasNoContent({ headers }: FastifyRequest): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = headers
  return coding === undefined && Number(length ?? 0) === 0
}
