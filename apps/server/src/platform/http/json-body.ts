import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Failure } from '../kernel/failures.ts'
import { malformedRequest, unsupportedMediaType } from '../kernel/problems.ts'
import { parseStrictJson, StrictJsonError } from '../kernel/strict-json.ts'

const depthMax = 16
const utf8 = new TextDecoder('utf-8', { fatal: true })

/** JSON is the only media type unless a route adds one of its own; what is ambiguous in it is refused. */
export function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      refuseEncodings(request)
      return parseBody(body)
    },
  )
}

// A compressed body could grow past every limit once unpacked (A123).
function refuseEncodings({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'] ?? 'identity'
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8'
  if (encoding !== 'identity' || charset.toLowerCase() !== 'utf-8') throw new Failure(unsupportedMediaType)
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
