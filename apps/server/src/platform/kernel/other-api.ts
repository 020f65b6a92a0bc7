import type { Failure } from './failures.ts'

/** An answer in JSON. */
export interface ApiAnswer {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** What says to which API a request belongs. */
export interface AskedRequest {
  readonly method: string
  /** As the route declares it; the path of the request if no route matches. Without the query. */
  readonly path: string
  readonly accept: string
  /** Undefined until the body has been read. */
  readonly body: unknown
}

/** An API that some paths of this server speak besides its own: its errors, and the origins that may call it. */
export interface OtherApi {
  readonly owns: (request: AskedRequest) => boolean
  /** @param status what the API of this server would answer with */
  readonly refusal: (failure: Failure, request: AskedRequest, status: number) => ApiAnswer
  /** The methods that scripts of every origin may call; null if the settings of the server apply. */
  readonly corsMethods: readonly string[] | null
}
