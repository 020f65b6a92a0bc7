import { type ReturnRules, returnAddress } from '../../../platform/kernel/return-address.ts'

/**
 * The request that a client sent to the proxy. A configured proxy says what it is. Otherwise every field is null, because
 * anyone can write these headers (A42, A87).
 */
export interface AskedRequest {
  readonly method: string | null
  readonly scheme: string | null
  readonly host: string | null
  /** The path and the query. */
  readonly uri: string | null
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

export const unknownRequest: AskedRequest = { method: null, scheme: null, host: null, uri: null }

/** Reads what nginx (as the guide configures it), Caddy and Traefik send. */
export function askedRequest(headers: Headers): AskedRequest {
  const read = (name: string) => {
    const value = headers[name]
    return typeof value === 'string' && value !== '' ? value : null
  }
  return {
    method: read('x-forwarded-method'),
    scheme: read('x-forwarded-proto'),
    host: read('x-forwarded-host'),
    uri: read('x-forwarded-uri'),
  }
}

/** The methods that change nothing (RFC 9110 §9.2.1). Without a method, the proxy asks about a page. */
const safeMethods: ReadonlySet<string | null> = new Set([null, 'GET', 'HEAD', 'OPTIONS'])

/**
 * True if a page of another origin makes the browser change something in the service. The service cannot be changed, so
 * it may have no defence of its own, and `SameSite` does not keep other hosts of the same domain away (ASVS 3.5.1). Only
 * the browser can set Sec-Fetch-Site.
 */
export function isForgedChange({ method }: AskedRequest, { 'sec-fetch-site': site }: Headers): boolean {
  return !safeMethods.has(method) && (site === 'cross-site' || site === 'same-site')
}

/**
 * True if a browser opens a page, so that a redirect shows the sign-in page. A form would lose what was typed, and a
 * script, a picture or a WebSocket has no use for a page: they get 401.
 */
export function opensPage({ method }: AskedRequest, headers: Headers): boolean {
  const isRead = method === null || method === 'GET' || method === 'HEAD'
  return (
    isRead && headers['upgrade'] === undefined && (headers['sec-fetch-dest'] ?? 'document') === 'document'
  )
}

/** The path of the sign-in page. */
const signInPath = '/sign-in'

/** The address of the sign-in page, which leads back to the request if it may. */
export function signInAddress(asked: AskedRequest, rules: ReturnRules): string {
  const returnTo = returnToOf(asked, rules)
  const query = returnTo === null ? '' : `?return_to=${encodeURIComponent(returnTo)}`
  return `${rules.publicUrl}${signInPath}${query}`
}

/** Null if the proxy does not say where the request went, or if no page may lead back there (A106). */
function returnToOf({ scheme, host, uri }: AskedRequest, rules: ReturnRules): string | null {
  if (scheme === null || host === null || uri === null || !/^\/[!-~]*$/.test(uri)) return null
  return returnAddress(`${scheme}://${host}${uri}`, rules)
}
