import type { FastifyReply, FastifyRequest } from 'fastify'
import { isLoopback } from '../config/url-parsers.ts'
import { Failure } from '../kernel/failures.ts'
import { malformedRequest } from '../kernel/problems.ts'
import { isSessionCode } from '../kernel/session-code.ts'
import { clearCookie, cookiesNamed, setCookie } from './cookies.ts'

/** Browsers accept a cookie with this prefix only from this host and over https (RFC 6265bis §4.1.3.2). */
export const sessionCookieName = '__Host-proxima'

/**
 * The session code in the cookie; null if there is none. The cookie carries nothing else: an access token in it would
 * outlive the sign-out of the browser.
 */
export function readSessionCookie(request: Pick<FastifyRequest, 'headers'>): string | null {
  const values = cookiesNamed(request, sessionCookieName)
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

/** @param lifetime null for a cookie that the browser drops when it is closed */
export function setSessionCookie(reply: FastifyReply, code: string, lifetime: CookieLifetime | null): void {
  setCookie(reply, sessionCookieName, code, lifetime === null ? '' : lifeOf(lifetime))
}

// `Max-Age` keeps the cookie on a device whose clock is wrong; `Expires` is for clients that do not know it.
function lifeOf({ startsAt, expiresAt }: CookieLifetime): string {
  const seconds = Math.floor((expiresAt.getTime() - startsAt.getTime()) / 1_000)
  return `; Max-Age=${seconds}; Expires=${expiresAt.toUTCString()}`
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
  clearCookie(reply, sessionCookieName)
}
