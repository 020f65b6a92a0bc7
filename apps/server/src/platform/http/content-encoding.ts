import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Failure } from '../kernel/failures.ts'
import { unsupportedMediaType } from '../kernel/problems.ts'

/**
 * Refuses a compressed body. Once decompressed it could exceed every limit, so no route accepts one (A123). The answer
 * names the coding that the server accepts (RFC 9110 §15.5.16).
 */
export function refuseEncodedBodies(app: FastifyInstance): void {
  app.addHook('preParsing', (request, reply, payload, done) => {
    if (!isEncoded(request)) return done(null, payload)
    void reply.header('accept-encoding', 'identity')
    done(
      new Failure(unsupportedMediaType, { detail: 'Send the body uncompressed, without Content-Encoding.' }),
    )
  })
}

// The names of codings have no case, and `identity` means no coding (RFC 9110 §8.4.1, §12.5.3).
function isEncoded({ headers }: FastifyRequest): boolean {
  const codings = (headers['content-encoding'] ?? '').split(',').map((name) => name.trim().toLowerCase())
  return codings.some((name) => name !== '' && name !== 'identity')
}
