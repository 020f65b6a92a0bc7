/** How a service protects itself. Only the issuer is required. */
export interface GuardOptions {
  /** The public URL of the Proxima server (`PROXIMA_PUBLIC_URL`), exactly as it is set there. */
  readonly issuer: string
  /** The audience of the tokens (`PROXIMA_AUDIENCE`), if it is set there. Otherwise it is the issuer. */
  readonly audience?: string
  /** The address at which this service reaches the server, if that is not the issuer. */
  readonly serverUrl?: string
  /**
   * A credential with the permission `tokens:introspect`. With it, the guard learns of revocations within a second, and
   * accepts session codes and API keys. Without it, a token works until it expires.
   */
  readonly apiKey?: string | undefined
  /**
   * What happens if revocations have not reached this service for `failAfterSeconds`. `closed`: every request gets 503.
   * `ttl`: a token works until it expires, whatever has happened to it. The default is `closed`.
   */
  readonly failMode?: 'closed' | 'ttl'
  /** The default is 60. */
  readonly failAfterSeconds?: number
  /** How far the clock of the server may be ahead of ours. It never lengthens the life of a token. The default is 5. */
  readonly clockToleranceSeconds?: number
  /** For how long an answer about a session code or an API key is used. The default is 1. */
  readonly introspectionCacheSeconds?: number
  /** Allows an address with `http:` that is not on this machine. Anyone on the network between could then replace keys. */
  readonly allowHttp?: boolean
  /** Gets a line if the server cannot be reached, and when it can be reached again. The default is `console`. */
  readonly logger?: { readonly warn: (message: string) => void }
  /** The default is the `fetch` of the runtime. */
  readonly fetch?: typeof fetch
}

export interface Settings {
  readonly issuer: string
  readonly audience: string
  /** Without a slash at the end. */
  readonly serverUrl: string
  readonly apiKey: string | null
  readonly failMode: 'closed' | 'ttl'
  readonly failAfterMs: number
  readonly clockToleranceSeconds: number
  readonly introspectionCacheMs: number
  readonly logger: { readonly warn: (message: string) => void }
  readonly fetch: typeof fetch
}

/** Complete by its type: an option that is missing here does not compile. */
const optionNames: Readonly<Record<keyof GuardOptions, true>> = {
  issuer: true,
  audience: true,
  serverUrl: true,
  apiKey: true,
  failMode: true,
  failAfterSeconds: true,
  clockToleranceSeconds: true,
  introspectionCacheSeconds: true,
  allowHttp: true,
  logger: true,
  fetch: true,
}

/** @throws TypeError if a setting cannot work, so that the service does not start with it */
export function readSettings(options: GuardOptions): Settings {
  // A misspelt apiKey must not switch revocations off.
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(optionNames, name))
  if (unknown !== undefined)
    throw new TypeError(`${unknown} is not an option. The options: ${Object.keys(optionNames).join(', ')}.`)
  const { issuer, serverUrl = issuer, allowHttp = false, failMode = 'closed' } = options
  requireUrl('issuer', issuer, allowHttp || serverUrl !== issuer)
  requireUrl('serverUrl', serverUrl, allowHttp)
  // An environment variable that is missing or empty is a mistake. It must not switch revocations off.
  if ('apiKey' in options && (options.apiKey ?? '').trim() === '')
    throw new TypeError('apiKey is empty. Leave it out, or set it.')
  if (failMode !== 'closed' && failMode !== 'ttl') throw new TypeError('failMode must be "closed" or "ttl".')
  return {
    issuer,
    audience: options.audience ?? issuer,
    serverUrl: serverUrl.replace(/\/$/, ''),
    apiKey: options.apiKey ?? null,
    failMode,
    failAfterMs: 1000 * seconds('failAfterSeconds', options.failAfterSeconds ?? 60),
    clockToleranceSeconds: seconds('clockToleranceSeconds', options.clockToleranceSeconds ?? 5),
    introspectionCacheMs: 1000 * seconds('introspectionCacheSeconds', options.introspectionCacheSeconds ?? 1),
    logger: options.logger ?? console,
    // Called as a plain function: browsers and edge runtimes refuse it as a method of another object.
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
  }
}

/** Keys that come over plain http could be anyone's (RFC 9700 §2.6). */
function requireUrl(name: string, value: string, allowHttp: boolean): void {
  const url = URL.canParse(value) ? new URL(value) : null
  if (url === null || !/^https?:$/.test(url.protocol))
    throw new TypeError(`${name} is not an address such as https://accounts.example.org.`)
  if (url.protocol === 'http:' && !allowHttp && !isLoopback(url.hostname))
    throw new TypeError(`${name} begins with http: and is not on this machine. Use https:, or set allowHttp.`)
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

function seconds(name: string, value: number): number {
  if (!Number.isFinite(value) || value < 0) throw new TypeError(`${name} is not a number of seconds.`)
  return value
}
