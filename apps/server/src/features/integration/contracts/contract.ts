import type { ContractName, ContractPath } from '../../../platform/config/contract-paths.ts'
import type { Failure } from '../../../platform/kernel/failures.ts'
import type { LimitPolicy } from '../../../platform/kernel/limiter.ts'
import type { ApiAnswer, AskedRequest } from '../../../platform/kernel/other-api.ts'
import type { Caller } from '../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'

/** A request to a route of a contract. */
export interface ContractCall {
  /** As the client sent it, and not checked; undefined without a body. */
  readonly body: unknown
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  /** The languages that the client prefers, the best first. */
  readonly languages: readonly string[]
  readonly context: RequestContext
  /** Null on a public route, which reads no credential, not even a wrong one. */
  readonly caller: Caller | null
}

export interface ContractRoute {
  readonly access: 'public' | 'user'
  /** Share the name of a limit with the native route that does the same. */
  readonly limit?: LimitPolicy
  /** A second limit for some of its requests, whose body says which. It never throws. */
  readonly limitByBody?: (body: unknown) => LimitPolicy | null
  /** True if its bodies are forms, urlencoded or multipart; otherwise they are JSON. */
  readonly forms?: true
  /** If its bodies may be larger than those of the API. */
  readonly bodyLimitBytes?: number
  /**
   * Only for a route with the method and path of a native one, which applies if the contract has no prefix: says which
   * requests are native. The body is undefined until it is read.
   */
  readonly isNative?: (request: Pick<AskedRequest, 'accept' | 'body'>) => boolean
  /** Calls the services of the native API, and only translates. A failure that it throws is answered by `refusal`. */
  readonly handle: (call: ContractCall) => Promise<ApiAnswer>
}

/**
 * The HTTP surface of an old backend. It has the limits, the audit trail and the rules of the native API, and its own
 * names, statuses and texts. Each is one file, or one folder.
 */
export interface Contract<Name extends ContractName> {
  readonly name: Name
  readonly routes: Readonly<Record<ContractPath<Name>, ContractRoute>>
  /**
   * The old answer to every failure on its paths, also from the limits, the parser, an overload, and for a path below that
   * does not exist. `path` has no prefix, and `status` is that
   * of the native API.
   */
  readonly refusal: (failure: Failure, request: AskedRequest, status: number) => ApiAnswer
  /** The methods that scripts of every origin may call; null if `PROXIMA_CORS_ORIGINS` applies. */
  readonly corsMethods: readonly string[] | null
  /**
   * Finds the caller of a route with access `user` in the header `Authorization`.
   * @throws `unauthenticated`, `invalid_token`, `token_expired`
   */
  readonly findCaller?: (authorization: string | undefined, context: RequestContext) => Promise<Caller>
}

/** A contract of any name. */
export type AnyContract = { readonly [Name in ContractName]: Contract<Name> }[ContractName]
