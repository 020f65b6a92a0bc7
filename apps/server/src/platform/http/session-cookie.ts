import type { FastifyReply, FastifyRequest } from 'fastify'
import { Failure } from '../kernel/failures.ts'
import { malformedRequest } from '../kernel/problems.ts'

/** The prefix makes browsers refuse it from anywhere but this very host, over https (RFC 6265bis §4.1.3.2). */
const name = '__Host-proxima'
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax'

/** Nothing but a session code is taken from it: an access token there would outlive the sign-out of the browser. */
const sessionCode = /^pxs_[\w-]{43}$/

/** The session code that the browser sent along; null where there is none. */
export function readSessionCookie({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
  const values = (headers.cookie ?? '').split(';').flatMap((pair) => {
    const [key, ...value] = pair.split('=')
    return key?.trim() === name ? [value.join('=').trim()] : []
  })
  // Two cannot both be ours, and whose the first is nobody can say (A58).
  if (values.length > 1)
    throw new Failure(malformedRequest, { detail: `Send one ${name} cookie, not several.` })
  const [value = ''] = values
  return sessionCode.test(value) ? value : null
}

export function setSessionCookie(reply: FastifyReply, code: string, expiresAt: Date): void {
  void reply.header('set-cookie', `${name}=${code}; ${attributes}; Expires=${expiresAt.toUTCString()}`)
}

export function clearSessionCookie(reply: FastifyReply): void {
  void reply.header('set-cookie', `${name}=; ${attributes}; Max-Age=0`)
}
