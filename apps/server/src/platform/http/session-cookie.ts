import type { FastifyReply, FastifyRequest } from 'fastify'
import { isLoopback } from '../config/url-parsers.ts'
import { Failure } from '../kernel/failures.ts'
import { malformedRequest } from '../kernel/problems.ts'
import { isSessionCode } from '../kernel/session-code.ts'

/** Browsers accept a cookie with this prefix only from this host and over https (RFC 6265bis §4.1.3.2). */
export const sessionCookieName = '__Host-proxima'
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax'

/**
 * The session code in the cookie; null if there is none. The cookie carries nothing else: an access token in it would
 * outlive the sign-out of the browser.
 */
export function readSessionCookie({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
  const values = (headers.cookie ?? '').split(';').flatMap((pair) => {
    const [key, ...value] = pair.split('=')
    return key?.trim() === sessionCookieName ? [value.join('=').trim()] : []
  })
  // At most one of two can be ours, and the server cannot know which (A58).
  if (values.length > 1)
    throw new Failure(malformedRequest, { detail: `Send only one ${sessionCookieName} cookie.` })
  const [value = ''] = values
  return isSessionCode(value) ? value : null
}

export interface CookieLifetime {
  readonly startsAt: Date
  readonly expiresAt: Date
}

/** `Max-Age` keeps the cookie on a device whose clock is wrong; `Expires` is for clients that do not know it. */
export function setSessionCookie(
  reply: FastifyReply,
  code: string,
  { startsAt, expiresAt }: CookieLifetime,
): void {
  const seconds = Math.floor((expiresAt.getTime() - startsAt.getTime()) / 1_000)
  void reply.header(
    'set-cookie',
    `${sessionCookieName}=${code}; ${attributes}; Max-Age=${seconds}; Expires=${expiresAt.toUTCString()}`,
  )
}

/**
 * True if a browser keeps the cookie of a page at this address: it must be https, or lead to the browser's own machine
 * (Secure Contexts §3.1).
 */
export function keepsCookies(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || isLoopback(hostname)
}

export function clearSessionCookie(reply: FastifyReply): void {
  void reply.header('set-cookie', `${sessionCookieName}=; ${attributes}; Max-Age=0`)
}
