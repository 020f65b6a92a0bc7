import { clientKey } from './addresses.ts'

/** Where a request comes from. Every field is null for work that does not come from a network request. */
export interface RequestContext {
  /** Behind configured proxies, the address that the outermost of them saw. */
  readonly ipAddress: string | null
  readonly userAgent: string | null
  /** Also in the log and in the `x-request-id` header. */
  readonly requestId: string | null
}

/** The context of the command line, and of work that the server does by itself. */
export const noRequest: RequestContext = { ipAddress: null, userAgent: null, requestId: null }

/** The key by which one client is counted and queued. Work without a request shares one key. */
export function clientKeyOf({ ipAddress }: Pick<RequestContext, 'ipAddress'>): string {
  return ipAddress === null ? '' : clientKey(ipAddress)
}
