import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Failure } from '../kernel/failures.ts'
import { malformedRequest, unsupportedMediaType } from '../kernel/problems.ts'
import { parseStrictJson, StrictJsonError } from '../kernel/strict-json.ts'
import { isEncoded } from './content-encoding.ts'
import { hasContent } from './missing-body.ts'

const depthMax = 16
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Makes JSON the only media type, unless a route adds its own. Ambiguous JSON is refused. */
export function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      if (body.length === 0) return undefined
      if (isEncoded(request) || !isUtf8(request)) throw new Failure(unsupportedMediaType)
      return parseBody(body)
    },
  )
  app.addContentTypeParser('*', async (_request: FastifyRequest, payload: IncomingMessage) => {
    if (await hasContent(payload)) throw new Failure(unsupportedMediaType)
  })
}

function isUtf8({ headers }: FastifyRequest): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8'
  return charset.toLowerCase() === 'utf-8'
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
