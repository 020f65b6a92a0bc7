/** Longer addresses would not fit in the headers that proxies accept. */
const lengthMax = 2_000

export interface ReturnRules {
  readonly publicUrl: string
  /** The origins of `PROXIMA_RETURN_ORIGINS`. */
  readonly returnOrigins: readonly string[]
}

/**
 * The address to which a page leads back; null unless it is in the public URL or in one of the configured origins (A106).
 * The whole address is parsed, as a browser does it, and only then compared (OWASP, unvalidated redirects).
 */
export function returnAddress(given: string, { publicUrl, returnOrigins }: ReturnRules): string | null {
  if (!/^[!-~]+$/.test(given)) return null
  const own = new URL(publicUrl).origin
  const parsed = URL.parse(given, own)
  // Not so with a user name, and for a `blob:` address, which has the origin of the page that made it (URL §4.7).
  if (parsed === null || !parsed.href.startsWith(`${parsed.origin}/`)) return null
  if (parsed.origin !== own && !returnOrigins.includes(parsed.origin)) return null
  return parsed.href.length > lengthMax ? null : parsed.href
}
