/** What a caller can choose for each call. */
export interface CallOptions {
  /** Ends the wait. The call then rejects with the reason of the signal. */
  readonly signal?: AbortSignal
  /** For each attempt. By default 30,000, and ten times that for files. */
  readonly timeoutMs?: number
}

/** For calls that create something. */
export interface CreateOptions extends CallOptions {
  /**
   * A random UUID of your own, for a call that you may repeat later yourself. Null sends none. Without it, the client
   * makes one.
   */
  readonly idempotencyKey?: string | null
}

/** The bytes of a file. React Native sends a form, with the file in its field `image`. */
export type FileContent = Blob | ArrayBuffer | Uint8Array | FormData

/** One call of the API. */
export interface Request extends CreateOptions {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: object | undefined
  /** Sent as JSON. */
  readonly body?: object | undefined
  /** Sent as it is, in place of JSON. */
  readonly content?: FileContent
  readonly headers?: Readonly<Record<string, string>>
  /** The call needs no sign-in, and gets no credential. */
  readonly isPublic?: boolean
  /** The server answers a repeated request with the same key as the first time. */
  readonly takesKey?: boolean
  /** The request can be sent again although it is neither a GET nor has a key. */
  readonly isRepeatable?: boolean
  readonly answer?: 'json' | 'blob'
}

/**
 * A path with its values encoded.
 * @throws TypeError for a value that would change the path, which URLs give a meaning of its own
 */
export function path(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.reduce((before, part, index) => before + segment(values[index - 1] ?? '') + part)
}

function segment(value: string): string {
  if (/^\.{0,2}$/.test(value)) throw new TypeError(`"${value}" is not an id`)
  return encodeURIComponent(value)
}

/** React Native has no complete URLSearchParams. */
export function queryText(query: object = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null)
  const text = pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')
  return text && `?${text}`
}

/** React Native has signals without a reason. */
export function reasonOf(signal: AbortSignal): unknown {
  return signal.reason ?? Object.assign(new Error('The call was aborted.'), { name: 'AbortError' })
}
