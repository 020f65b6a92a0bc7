import type { FastifyRequest } from 'fastify'
import { Failure } from '../kernel/failures.ts'
import { malformedRequest } from '../kernel/problems.ts'

/** The `Idempotency-Key` header: up to 255 visible ASCII characters; null if it was not sent. */
export function idempotencyKey({ headers }: FastifyRequest): string | null {
  const key = headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return key
  throw new Failure(malformedRequest, {
    detail: 'Send one Idempotency-Key of up to 255 visible ASCII characters, such as a UUID.',
  })
}
