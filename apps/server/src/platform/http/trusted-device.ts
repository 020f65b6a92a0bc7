import type { FastifyReply, FastifyRequest } from 'fastify'
import { isDeviceSecret } from '../kernel/trusted-device.ts'
import { cookiesNamed, setCookie } from './cookies.ts'

/** For programs, which keep the secret as they keep their tokens. Both requests and answers have it. */
export const trustedDeviceHeader = 'proxima-trusted-device'
/** Browsers accept a cookie with this prefix only from this host and over https (RFC 6265bis §4.1.3.2). */
export const trustedDeviceCookieName = '__Host-proxima-device'

/** Null if the client sends none, or several: the server cannot know which cookie is its own (A58). */
export function readDeviceSecret({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
  const header = headers[trustedDeviceHeader]
  if (typeof header === 'string') return isDeviceSecret(header) ? header : null
  const [value, ...others] = cookiesNamed({ headers }, trustedDeviceCookieName)
  return value !== undefined && others.length === 0 && isDeviceSecret(value) ? value : null
}

export interface KeptDevice {
  readonly secret: string
  readonly startsAt: Date
  readonly expiresAt: Date
}

/** Lets the browser of this answer keep the secret, out of reach of scripts. */
export function setDeviceCookie(reply: FastifyReply, { secret, startsAt, expiresAt }: KeptDevice): void {
  const seconds = Math.floor((expiresAt.getTime() - startsAt.getTime()) / 1_000)
  setCookie(
    reply,
    trustedDeviceCookieName,
    secret,
    `; Max-Age=${seconds}; Expires=${expiresAt.toUTCString()}`,
  )
}
