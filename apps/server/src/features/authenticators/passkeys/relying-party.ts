import type { RelyingParty } from './model.ts'

export interface RelyingPartyOptions {
  readonly publicUrl: () => string
  readonly serviceName: string
  /** A parent domain of the public URL; null for the domain of the public URL itself. */
  readonly passkeyDomain: string | null
  /** Other origins whose pages may use the same passkeys. */
  readonly passkeyOrigins: readonly string[]
}

/** The website is configured and never taken from a request: a phishing page has another one (A87, A98). */
export function relyingPartyOf(options: RelyingPartyOptions): RelyingParty {
  const { hostname, origin } = new URL(options.publicUrl())
  return {
    id: options.passkeyDomain ?? hostname,
    name: options.serviceName,
    origins: [origin, ...options.passkeyOrigins],
  }
}
