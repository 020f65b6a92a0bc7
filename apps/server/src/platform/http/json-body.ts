import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Failure } from '../kernel/failures.ts'
import { malformedRequest, unsupportedMediaType } from '../kernel/problems.ts'
import { parseStrictJson, StrictJsonError } from '../kernel/strict-json.ts'
import { hasContent, readBody } from './read-body.ts'

const depthMax = 16
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Makes JSON the only media type, unless a route adds its own. Ambiguous JSON is refused. */
export function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', async (request: FastifyRequest, payload: IncomingMessage) => {
    if (!isUtf8(request)) throw new Failure(unsupportedMediaType)
    const body = await readBody(request, payload)
    if (request.routeOptions.config.access === 'webhook') request.signedBody = body
    return body.length === 0 ? undefined : parseBody(body)
  })
  app.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    if (await hasContent(request, payload)) throw new Failure(unsupportedMediaType)
  })
}

/** The names that clients give to UTF-8. ASCII is a part of it. */
const utf8Names = new Set(['utf-8', 'utf8', 'us-ascii', 'ascii'])

function isUtf8({ headers }: FastifyRequest): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(headers['content-type'] ?? '')?.[1]
  return charset === undefined || utf8Names.has(charset.toLowerCase())
}

function parseBody(body: Buffer): unknown {
  try {
    return parseStrictJson(utf8.decode(body), { depthMax })
  } catch (error) {
    if (error instanceof StrictJsonError) throw new Failure(malformedRequest, { detail: error.message })
    if (error instanceof TypeError)
      throw new Failure(malformedRequest, { detail: 'The body is not valid UTF-8.' })
    throw error
  }
}
