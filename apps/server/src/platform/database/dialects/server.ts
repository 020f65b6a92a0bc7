/** Options of PostgreSQL and MySQL, which are servers across a network. */
export interface ServerOptions {
  readonly url: string
  readonly poolMax: number
  /** 0 for no limit. */
  readonly statementTimeoutMs: number
  /** Called when an idle connection breaks. */
  readonly onError: (error: Error) => void
}

/** How long a caller waits for a free connection, or for the server's greeting on a new one. */
export const connectMaxMs = 5_000

/**
 * How long a server may stay silent. A server that runs ends a statement at its limit and reports that, so the server
 * is considered gone a second later.
 */
export function responseTimeoutMs(statementTimeoutMs: number): number {
  return statementTimeoutMs === 0 ? 0 : statementTimeoutMs + 1_000
}

const connectionErrorCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
  'PROTOCOL_CONNECTION_LOST',
])

const connectionErrorTexts =
  /Connection terminated|timeout exceeded when trying to connect|Connection lost|connection is in closed state|is not queryable|Can't add new command|Queue limit reached/i

export function isConnectionError(error: Error): boolean {
  if ('code' in error && connectionErrorCodes.has(String(error.code))) return true
  if (error instanceof AggregateError)
    return error.errors.some((inner) => inner instanceof Error && isConnectionError(inner))
  return connectionErrorTexts.test(error.message)
}

/** Migrations name a unique constraint `<table>_<columns>_unique`; a primary key has no name on MySQL. */
export function constraintName(name: string): string | null {
  if (/(?:^|\.)PRIMARY$|_pk(?:ey)?$/.test(name)) return 'primary_key'
  return /(?:^|\.)(\w+)_unique$/.exec(name)?.[1] ?? null
}
