/** Why a request is refused. The codes are those of the Proxima server, and do not change. */
export type RefusalCode =
  | 'unauthenticated'
  | 'invalid_token'
  | 'token_expired'
  | 'forbidden'
  | 'step_up_required'
  | 'unavailable'

interface Form {
  readonly status: number
  readonly title: string
  readonly detail: string
  /** The error of the challenge, which it has only if a credential was sent (RFC 6750 §3.1). */
  readonly error?: string
}

const forms: Readonly<Record<RefusalCode, Form>> = {
  unauthenticated: {
    status: 401,
    title: 'Authentication required',
    detail: 'This call needs a credential. Sign in, then send "Authorization: Bearer <credential>".',
  },
  invalid_token: {
    status: 401,
    title: 'Invalid credential',
    detail: 'The credential is not valid, or no longer valid. Sign in again.',
    error: 'invalid_token',
  },
  token_expired: {
    status: 401,
    title: 'Access token expired',
    detail: 'The access token has expired. Refresh it, or sign in again.',
    error: 'invalid_token',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    detail: 'You are not allowed to do this.',
    error: 'insufficient_scope',
  },
  // RFC 9470 §3 has 401 here. Clients of Proxima throw a credential away after 401, and this one still works.
  step_up_required: {
    status: 403,
    title: 'Fresh sign-in needed',
    detail:
      'This call needs a recent sign-in, or one with a second factor. Sign in again and repeat the call in the new session.',
    error: 'insufficient_user_authentication',
  },
  // Never 401: that the server cannot be reached says nothing about the credential.
  unavailable: {
    status: 503,
    title: 'Temporarily unavailable',
    detail: 'The credential cannot be checked at the moment. Try again shortly.',
  },
}

/** The parameters of the challenge in `WWW-Authenticate` (RFC 6750 §3, RFC 9470 §3). */
type Challenge = Readonly<Record<string, string>>

export interface RefusalOptions {
  /** Why, for the log. It holds nothing from the credential. */
  readonly reason?: string
  readonly cause?: unknown
  readonly challenge?: Challenge
}

/** Thrown if a request may not continue. `answerOf` makes the answer. */
export class Refusal extends Error {
  readonly code: RefusalCode
  readonly status: number
  readonly challenge: Challenge

  constructor(code: RefusalCode, { reason, cause, challenge = {} }: RefusalOptions = {}) {
    super(reason ?? forms[code].title, { cause })
    this.name = 'Refusal'
    this.code = code
    this.status = forms[code].status
    this.challenge = challenge
  }
}

/** An answer that every framework can send. */
export interface RefusalAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** A problem (RFC 9457), as JSON. */
  readonly body: string
}

const retryAfterSeconds = 2

export function answerOf({ code, status, challenge }: Refusal, issuer: string): RefusalAnswer {
  const { title, detail, error } = forms[code]
  const type = `${issuer.replace(/\/$/, '')}/docs/problems/${code}`
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(status === 503
        ? { 'retry-after': String(retryAfterSeconds) }
        : { 'www-authenticate': challengeText(error, challenge) }),
    },
    body: JSON.stringify({ type, title, status, code, detail }),
  }
}

function challengeText(error: string | undefined, challenge: Challenge): string {
  const parameters = { ...(error !== undefined && { error }), ...challenge }
  const texts = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`)
  return texts.length === 0 ? 'Bearer' : `Bearer ${texts.join(', ')}`
}
