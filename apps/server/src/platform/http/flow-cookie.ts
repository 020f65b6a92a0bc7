import type { FastifyReply, FastifyRequest } from 'fastify'
import { clearCookie, cookiesNamed, setCookie } from './cookies.ts'

/** Browsers accept a cookie with this prefix only from this host and over https (RFC 6265bis §4.1.3.2). */
const flowCookieName = '__Host-proxima-flow'

/** The same for a sign-in that goes to another provider and comes back. */
const providerCookieName = '__Host-proxima-provider'

/** Remembers in the browser what it has begun with a provider, so that the answer counts in no other one (A111). */
export function setProviderCookie(reply: FastifyReply, secret: string, lifeSeconds: number): void {
  setCookie(reply, providerCookieName, secret, `; Max-Age=${lifeSeconds}`)
}

export function clearProviderCookie(reply: FastifyReply): void {
  clearCookie(reply, providerCookieName)
}

/** Null if the browser has begun nothing, or if it sends several: the server cannot know which is its own (A58). */
export function readProviderCookie(request: Pick<FastifyRequest, 'headers'>): string | null {
  const [value = '', ...more] = cookiesNamed(request, providerCookieName)
  return value === '' || more.length > 0 ? null : value
}

/** A sign-in that a browser has begun. */
export interface BrowserFlow {
  readonly flow: string
  /** True if the browser shall keep the session when it is closed. */
  readonly keep: boolean
  /** The address to which the sign-in leads back; null for the account. */
  readonly returnTo: string | null
}

/** Remembers in the browser which flow it has begun, so that a link works in no other one. */
export function setFlowCookie(
  reply: FastifyReply,
  { flow, keep, returnTo }: BrowserFlow,
  lifeSeconds: number,
): void {
  const value = new URLSearchParams({
    flow,
    ...(keep && { keep: 'yes' }),
    ...(returnTo !== null && { return_to: returnTo }),
  })
  setCookie(reply, flowCookieName, value.toString(), `; Max-Age=${lifeSeconds}`)
}

export function clearFlowCookie(reply: FastifyReply): void {
  clearCookie(reply, flowCookieName)
}

/** Null if the browser has begun none, or if it sends several: the server cannot know which is its own (A58). */
export function readFlowCookie(request: Pick<FastifyRequest, 'headers'>): BrowserFlow | null {
  const values = cookiesNamed(request, flowCookieName)
  if (values.length !== 1) return null
  const fields = new URLSearchParams(values[0])
  const flow = fields.get('flow')
  if (flow === null) return null
  return { flow, keep: fields.get('keep') === 'yes', returnTo: fields.get('return_to') }
}
