import type { RequestContext } from '../../src/platform/kernel/request-context.ts'

/** The context of a request from this address. */
export function requestFrom(ipAddress = '192.0.2.1', userAgent: string | null = null): RequestContext {
  return { actor: null, ipAddress, userAgent, requestId: null }
}
