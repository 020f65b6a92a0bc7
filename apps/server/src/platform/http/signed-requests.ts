import type { FastifyRequest } from 'fastify'
import { isSignedWebhook } from '../crypto/webhook-signature.ts'
import type { Clock } from '../kernel/clock.ts'
import { Failure, type Problem } from '../kernel/failures.ts'
import { forbidden } from '../kernel/problems.ts'

export const signatureInvalid: Problem = {
  code: 'signature_invalid',
  kind: 'unauthenticated',
  title: 'Invalid signature',
  advice:
    'Sign the request as Standard Webhooks describes, with the key of PROXIMA_WEBHOOK_SECRET and the current time.',
  cause:
    'The headers `webhook-id`, `webhook-timestamp` and `webhook-signature` are missing, the signature was made with another key or for another body, or its time is more than five minutes away from the clock of the server.',
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The body as it was sent, for a route that checks its signature; null for all others. */
    signedBody: Buffer | null
  }
}

/** What the guard needs to check the signatures of programs of the operator. */
export interface SignedRequestGuard {
  /** Null if no key is configured: then no program may call. */
  readonly webhookSecret: Uint8Array | null
  readonly clock: Clock
}

/** Before the body is read. @throws `forbidden` */
export function assertHasKey({ webhookSecret }: SignedRequestGuard): void {
  if (webhookSecret === null) throw new Failure(forbidden, { detail: needsKey })
}

const needsKey = 'The server accepts no reports, because PROXIMA_WEBHOOK_SECRET is not set.'

/**
 * Once the body is read, and before anything depends on it. The signature covers the bytes as they were sent, and its age
 * is limited, so that no one can change a report or repeat an old one (ASVS 4.1.5).
 * @throws `signature_invalid`
 */
export function assertSigned(request: FastifyRequest, { webhookSecret, clock }: SignedRequestGuard): void {
  const id = header(request, 'webhook-id')
  const signatures = header(request, 'webhook-signature')
  const timestamp = header(request, 'webhook-timestamp')
  const body = request.signedBody?.toString() ?? ''
  const isSigned =
    webhookSecret !== null &&
    id !== '' &&
    isSignedWebhook(webhookSecret, { id, timestamp, body }, { signatures, now: clock.now() })
  if (!isSigned) throw new Failure(signatureInvalid)
}

/** When a request that passed `assertSigned` was signed. */
export function signedAt(request: FastifyRequest): Date {
  return new Date(Number(header(request, 'webhook-timestamp')) * 1_000)
}

function header({ headers }: FastifyRequest, name: string): string {
  const value = headers[name]
  return typeof value === 'string' ? value : ''
}
