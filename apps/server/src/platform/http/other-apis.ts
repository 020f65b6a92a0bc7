import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ApiAnswer, AskedRequest, OtherApi } from '../kernel/other-api.ts'
import type { App } from './app.ts'
import { setStrictHeaders } from './headers.ts'

/** All other APIs of this server. Often there is none. */
export class OtherApis {
  readonly #apis: readonly OtherApi[]

  constructor(apis: readonly OtherApi[]) {
    this.#apis = apis
  }

  get isEmpty(): boolean {
    return this.#apis.length === 0
  }

  /** The API that the request belongs to; null if it is that of this server. */
  of(request: FastifyRequest): OtherApi | null {
    if (this.isEmpty) return null
    const asked = askedRequest(request)
    return this.#apis.find((api) => api.owns(asked)) ?? null
  }
}

export function askedRequest({ method, routeOptions, url, headers, body }: FastifyRequest): AskedRequest {
  const { url: matched = '*' } = routeOptions
  // The plugin for CORS matches every preflight.
  const path = matched === '*' ? url.replace(/\?.*/s, '') : matched
  return { method, path, accept: headers.accept ?? '', body }
}

/** As bytes, because the framework would add a charset, which this media type does not have (RFC 8259 §11). */
export function sendAnswer(reply: FastifyReply, { status, body, headers = {} }: ApiAnswer): FastifyReply {
  // A native route at the same place may allow caches to keep its answer.
  setStrictHeaders(reply)
  return reply
    .code(status)
    .headers(headers)
    .type('application/json')
    .send(Buffer.from(JSON.stringify(body)))
}

/**
 * Lets scripts of every origin call the other APIs, as the old servers did, whatever the server allows for its own. No
 * cookie counts there, so a browser adds nothing to a request that a page of another origin could misuse (ASVS 3.4.2).
 * The old answers say that credentials are allowed, and some front ends send them.
 */
export function allowEveryOrigin(app: App, apis: OtherApis): void {
  app.addHook('onRequest', (request, reply, done) => {
    const isPreflight = setOriginHeaders(request, reply, apis)
    if (!isPreflight) return done()
    void reply.code(200).type('text/plain').send('OK')
  })
}

/** A header may name these characters only (RFC 9110 §5.6.2), so nothing else can be sent back. */
const headerNames = /^[!#$%&'*+.^_`|~0-9A-Za-z, -]{1,1000}$/

/** @returns whether the request asks what an origin may do */
export function setOriginHeaders(request: FastifyRequest, reply: FastifyReply, apis: OtherApis): boolean {
  const methods = apis.of(request)?.corsMethods ?? null
  if (methods === null) return false
  const { origin, 'access-control-request-headers': asked = '' } = request.headers
  void reply.header('vary', 'Origin')
  if (origin === undefined) return false
  void reply.headers({ 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' })
  const isPreflight =
    request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined
  if (!isPreflight) return false
  void reply.headers({
    vary: 'Origin, Access-Control-Request-Headers',
    'access-control-allow-methods': methods.join(', '),
    'access-control-max-age': '600',
    ...(headerNames.test(asked) && { 'access-control-allow-headers': asked }),
  })
  return true
}
