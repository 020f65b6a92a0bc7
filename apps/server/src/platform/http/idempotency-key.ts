import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { Failure } from '../kernel/failures.ts'
import { malformedRequest } from '../kernel/problems.ts'

/** For the API reference. `idempotencyKey` checks it. */
export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      description:
        'A random UUID. A request with the same key and the same body gets the first answer again. If the answer ' +
        'contains a user secret, other keys are refused before sign-in, because someone could guess them.',
    }),
  ),
})

/** The `Idempotency-Key` header: up to 255 visible ASCII characters; null if it was not sent. */
export function idempotencyKey({ headers }: FastifyRequest): string | null {
  const key = headers['idempotency-key']
  if (key === undefined) return null
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return key
  throw new Failure(malformedRequest, {
    detail: 'Send one Idempotency-Key of up to 255 visible ASCII characters, such as a UUID.',
  })
}
