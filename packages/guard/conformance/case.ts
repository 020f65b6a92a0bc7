import { readdirSync, readFileSync } from 'node:fs'

/** A case of the suite, as a file in `cases/` describes it. README.md has an example. */
export interface ConformanceCase {
  readonly name: string
  /** The attacks of docs/threats.md that it tries. */
  readonly attacks?: readonly string[]
  readonly settings?: SubjectSettings
  /** True for a guard of its own, which starts at the first request. Otherwise cases with equal settings share one. */
  readonly fresh?: boolean
  /** True if it takes more than some seconds. */
  readonly long?: boolean
  readonly steps: readonly Step[]
}

/** What the guard is started with. */
export interface SubjectSettings {
  readonly fail_mode?: 'closed' | 'ttl'
  readonly fail_after_seconds?: number
  /** False for a guard without a key: it learns of no revocations, and accepts access tokens only. */
  readonly api_key?: boolean
}

export type Step = IssuerStep | SendStep | SettleStep | CountStep | ResumedStep | LoadStep

export interface IssuerStep {
  readonly issuer: IssuerAction | readonly IssuerAction[]
}

/** One change of the issuer. */
export type IssuerAction =
  | { readonly new_key: string }
  | { readonly sign_with: string }
  | { readonly drop_key: string }
  | { readonly revoke: RevocationDescription | readonly RevocationDescription[] }
  | { readonly feed: FeedMode }
  | { readonly cut_feed: 'end' | 'reset' }
  | { readonly server: ServerMode }
  | { readonly keys: EndpointMode }
  | { readonly introspection: EndpointMode | 'refusing' }
  | { readonly end_credential: string }

/**
 * `refused`: streams are refused with 503, and those that are open end. `silent`: streams stay open, and nothing comes.
 * `unready`: a stream begins, and ends before `ready`.
 */
export type FeedMode = 'up' | 'refused' | 'silent' | 'unready'

/** `down`: connections are reset. `hanging`: requests are never answered. */
export type ServerMode = 'up' | 'down' | 'hanging'

/** `failing`: status 500. `garbage`: status 200, and no JSON. */
export type EndpointMode = 'up' | 'failing' | 'garbage'

export interface RevocationDescription {
  /** One of `session`, `account`, `roles`, `role` and `key`, or one that no guard knows yet. */
  readonly kind: string
  readonly person?: string
  readonly role?: string
  /** The name of a key of the issuer. */
  readonly key?: string
  readonly revoked_at?: Moment
  /** True if the account was erased: the event then does not name it. */
  readonly without_account?: boolean
}

/** Seconds from the beginning of the case, which is a whole second. */
export interface Moment {
  readonly now: number
}

export interface SendStep {
  /** All of several requests must have the same outcome. */
  readonly send: RequestDescription | readonly RequestDescription[]
  readonly expect?: Expected
  /** Repeats the request until this is the outcome. */
  readonly until?: Expected
  readonly within_seconds?: number
  /** The outcomes that may come first; without it, any. */
  readonly meanwhile?: readonly Outcome[]
  /** Repeats the request for some seconds. Each time, this is the outcome. */
  readonly throughout?: Expected
  readonly seconds?: number
  /** Sends it this many times. In descriptions, `{index}` is then the number of the request. */
  readonly times?: number
  /** Sends all of them at once. */
  readonly parallel?: boolean
}

export interface SettleStep {
  /** Waits until the guard knows every revocation so far. */
  readonly settle: true
}

export interface CountStep {
  /** How many requests the issuer saw since the beginning of the case, or since the last step like this. */
  readonly issuer_saw: Readonly<Record<string, CountLimit>>
}

export interface CountLimit {
  readonly at_most?: number
  readonly at_least?: number
  /** This many more for each second that has passed. */
  readonly and_per_second?: number
}

export interface ResumedStep {
  /** Waits until the last stream began with the id of the last event that was sent on the one before it. */
  readonly resumed: true
}

export interface LoadStep {
  /** Each of them is sent again and again, by several clients, while the other steps are taken. */
  readonly load: readonly Load[]
  readonly during: readonly Step[]
}

export interface Load {
  readonly send: RequestDescription
  /** The outcome of every request. */
  readonly always: Expected
}

export interface RequestDescription {
  readonly label?: string
  /** The route; `/user` by default. */
  readonly path?: string
  /** A token that differs from a good one in these points. */
  readonly token?: TokenDescription
  /** A session code or an API key. */
  readonly credential?: CredentialDescription
  /** The header, with `{token}` for the token or credential. Several are sent as several headers; null for none. */
  readonly authorization?: string | readonly string[] | null
  /** More headers. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface TokenDescription {
  /** Whose token it is. Each name is an account and a session. */
  readonly person?: string
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims?: Readonly<Record<string, unknown>>
  readonly without_header?: readonly string[]
  readonly without_claims?: readonly string[]
  /** JSON texts for claims that JSON.stringify cannot write. */
  readonly raw_claims?: Readonly<Record<string, string>>
  /** The key that signs, by its name; by default the one with which the issuer signs. */
  readonly key?: string
  /** What is done to it afterwards, by a name in `mangling.ts`. */
  readonly mangled?: string
  /** What the issuer says that it permits, if it is asked. */
  readonly permits?: readonly string[]
}

export interface CredentialDescription {
  readonly kind: 'session_code' | 'api_key'
  /** Each name is another credential. */
  readonly name?: string
  readonly person?: string
  /** Other members of the answer of the issuer than the usual ones. */
  readonly answer?: Readonly<Record<string, unknown>>
}

/** `not_accepted`: any refusal, also by the HTTP server in front of the guard. */
export type Outcome =
  | 'accepted'
  | 'unauthenticated'
  | 'invalid_token'
  | 'token_expired'
  | 'forbidden'
  | 'step_up_required'
  | 'malformed_request'
  | 'unavailable'
  | 'not_accepted'

export type Expected = Outcome | readonly Outcome[] | DetailedExpectation

export interface DetailedExpectation {
  readonly outcome: Outcome | readonly Outcome[]
  /** Members of the body. */
  readonly body?: Readonly<Record<string, unknown>>
  /** The header `WWW-Authenticate` contains all of them. */
  readonly www_authenticate?: readonly string[]
}

/** A group of cases: one file. */
export interface CaseFile {
  readonly name: string
  readonly cases: readonly ConformanceCase[]
}

const folder = new URL('./cases/', import.meta.url)

/** Every case, in the order of its file. */
export function readCases(): readonly CaseFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return names.sort().map((name) => ({
    name: name.replace('.json', ''),
    cases: JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as ConformanceCase[],
  }))
}
