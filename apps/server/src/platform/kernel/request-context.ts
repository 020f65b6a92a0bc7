import { clientKey } from './addresses.ts'
import type { AccountId } from './ids.ts'

/** The caller of a request, once they have shown who they are. */
export interface Actor {
  readonly accountId: AccountId
  /** The id of the session or the key with which they call. */
  readonly credentialId: string
}

/**
 * Who sends a request, and where it comes from. Every field is null for work that does not come from a network request.
 */
export interface RequestContext {
  /** Null for the command line, for the server itself, and for callers who are not signed in. */
  readonly actor: Actor | null
  /** Behind configured proxies, the address that the outermost of them saw. */
  readonly ipAddress: string | null
  readonly userAgent: string | null
  /** Also in the log and in the `x-request-id` header. */
  readonly requestId: string | null
  /** What the device keeps that asks to need no second factor; null or absent if it keeps nothing. Never log or store it. */
  readonly deviceSecret?: string | null
}

/** The context of the command line, and of work that the server does by itself. */
export const noRequest: RequestContext = { actor: null, ipAddress: null, userAgent: null, requestId: null }

/** The key by which one client is counted and queued. Work without a request shares one key. */
export function clientKeyOf({ ipAddress }: Pick<RequestContext, 'ipAddress'>): string {
  return ipAddress === null ? '' : clientKey(ipAddress)
}
