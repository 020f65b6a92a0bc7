/**
 * Why a request got no answer. `address_refused`: the address is not one that the server may call. `name_unresolved`: the
 * name has no address. `tls_failed`: the other server could not show that it is the one that the URL names.
 * `answer_unreadable`: the answer is too long, or was cut off.
 */
export type OutgoingFault =
  | 'address_refused'
  | 'answer_unreadable'
  | 'name_unresolved'
  | 'tls_failed'
  | 'timeout'
  | 'unreachable'

export class OutgoingFailure extends Error {
  /** For operators. Never the text of the other server. */
  readonly code: OutgoingFault

  constructor(code: OutgoingFault, cause?: unknown) {
    super(code, { cause })
    this.name = 'OutgoingFailure'
    this.code = code
  }
}

const tlsCode = /CERT|TLS|SSL|EPROTO|UNABLE_TO/

/** @param signal of the request that failed */
export function failureOf(error: unknown, signal: AbortSignal): OutgoingFailure {
  if (error instanceof OutgoingFailure) return error
  if (signal.aborted) return new OutgoingFailure('timeout', error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return new OutgoingFailure(tlsCode.test(code) ? 'tls_failed' : 'unreachable', error)
}
