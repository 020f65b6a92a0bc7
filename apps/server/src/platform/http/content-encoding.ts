import type { FastifyRequest } from 'fastify'

/** True if the body is compressed. Once decompressed it could exceed every limit, so no route accepts one (A123). */
export function isEncoded({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return (headers['content-encoding'] ?? 'identity') !== 'identity'
}
