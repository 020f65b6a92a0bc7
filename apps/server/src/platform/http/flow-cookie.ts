import type { FastifyReply, FastifyRequest } from 'fastify'
import { clearCookie, cookiesNamed, setCookie } from './cookies.ts'

/** Browsers accept a cookie with this prefix only from this host and over https (RFC 6265bis §4.1.3.2). */
const flowCookieName = '__Host-proxima-flow'

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
