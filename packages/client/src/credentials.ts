import type { Login } from './api-types.data.ts'
import type { Request } from './request.ts'
import type { StateHolder } from './state.ts'

/** What one attempt of a call sends. */
export interface Credential {
  /** For the header `Authorization`; null if nothing, or if the browser adds a cookie. */
  readonly bearer: string | null
  /** Whose it is, as far as is known. A call of one user is never repeated as another. */
  readonly userId: string | null
  /** The number of the sign-in, if the bearer does not identify it. */
  readonly signIn?: number
}

/** Where calls get their credential: from tokens, from the cookie, or from the caller. */
export interface Credentials {
  readonly state: StateHolder
  /** @throws ProximaError if it had to be refreshed, and could not */
  current(): Promise<Credential>
  /**
   * Called when the server has refused a credential.
   * @returns the one for another attempt; null if the user has none
   * @throws ProximaError
   */
  renewed(refused: Credential): Promise<Credential | null>
  /** Called when the server has refused the renewed credential too: the user is signed out. */
  giveUp(refused: Credential): Promise<void>
  /** Finds out whether someone is signed in. */
  load(): Promise<void>
  /** Sends a request that signs in, and keeps the session. */
  signIn(request: Request): Promise<Login>
  /** Ends the session, here and on the server. */
  signOut(request: Request): Promise<void>
  /** Forgets a session that has ended on the server. */
  forget(): Promise<void>
  /** An access token, for other services. */
  accessToken(): Promise<string>
  /** Gets new tokens now. */
  refresh(): Promise<void>
  /** Stops listening to other tabs. */
  close(): void
}
