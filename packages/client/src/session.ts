import type { Credentials } from './credentials.ts'
import type { Listener, SignInState, Status } from './state.ts'

/** Whether someone is signed in. */
export interface SignInSession {
  readonly status: Status
  /** The id of the account; null unless someone is signed in. */
  readonly userId: string | null
  /**
   * Calls `listener` whenever someone signs in or out, in any tab that shares the session.
   * @returns a function that ends this
   */
  onChange(listener: Listener): () => void
  /**
   * Finds out whether someone is signed in, when a page or a program starts: from the storage, or from the server if
   * the session is in a cookie.
   */
  load(): Promise<SignInState>
  /** An access token that works now, for other services that accept those of this server. */
  accessToken(): Promise<string>
  /** Gets new tokens now, so that they contain the roles of the account as they are now. */
  refresh(): Promise<void>
}

export function sessionOver(credentials: Credentials): SignInSession {
  const { state } = credentials
  return {
    get status() {
      return state.current.status
    },
    get userId() {
      return state.current.userId
    },
    onChange: (listener) => state.onChange(listener),
    load: async () => {
      await credentials.load()
      return state.current
    },
    accessToken: () => credentials.accessToken(),
    refresh: () => credentials.refresh(),
  }
}
