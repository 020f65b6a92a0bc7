import type { Principal } from '../../../platform/kernel/principal.ts'

/** Browsers accept a cookie with this prefix only over https (RFC 6265bis §4.1.3.1). It has a path, so it cannot be `__Host-`. */
export const resumeCookieName = '__Secure-proxima-authorization'

/** A cookie of one request. Its path is that of the request, so that two tabs do not disturb each other. */
export interface RequestCookie {
  readonly name: string
  /** Null for one that the browser deletes. */
  readonly value: string | null
  readonly path: string
  readonly maxAgeSeconds: number | null
}

/** What the provider may know about the browser that sends a request, and what it answers it besides. */
export interface Browser {
  /** The person who is signed in; null if there is none. */
  readonly principal: Principal | null
  readonly readCookie: (name: string) => string | null
  readonly cookies: RequestCookie[]
}

/** A request that no browser has sent. */
export function noBrowser(): Browser {
  return { principal: null, readCookie: () => null, cookies: [] }
}

/** A sign-out that an application has asked for. */
export interface SignOut {
  /** What the form of the page sends back. */
  readonly secret: string
  /** A registered address of the application; null if it has named none. */
  readonly returnTo: string | null
}

/** A request of an application that waits for a person. */
export interface PendingRequest {
  readonly id: string
  readonly prompt: string
  readonly reasons: readonly string[]
  readonly clientId: string
  readonly scope: readonly string[]
  /** The session of the person who was asked; null if they had none. */
  readonly sessionId: string | null
  readonly startedAt: Date
}

/** What a person has answered. */
export type Decision = 'signed_in' | 'chosen' | 'allowed' | 'denied'
