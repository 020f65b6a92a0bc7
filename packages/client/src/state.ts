/** `unknown` until the client has looked: call `load`. */
export type Status = 'unknown' | 'signed_in' | 'signed_out'

export interface SignInState {
  readonly status: Status
  /** The id of the account; null unless someone is signed in. */
  readonly userId: string | null
}

export type Listener = (state: SignInState) => void

/** Who is signed in, and who wants to know when that changes. */
export class StateHolder {
  #state: SignInState = { status: 'unknown', userId: null }
  readonly #listeners = new Set<Listener>()

  get current(): SignInState {
    return this.#state
  }

  /** Calls the listeners if this changes anything. */
  set(userId: string | null): void {
    const status = userId === null ? 'signed_out' : 'signed_in'
    if (this.#state.status === status && this.#state.userId === userId) return
    this.#state = { status, userId }
    for (const listener of [...this.#listeners]) notify(listener, this.#state)
  }

  onChange(listener: Listener): () => void {
    // Of its own, so that a function that is added twice can be removed once.
    const own: Listener = (state) => listener(state)
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }
}

/** A fault in a listener must not stop the call, or the other listeners. The program sees it as an unhandled error. */
function notify(listener: Listener, state: SignInState): void {
  try {
    listener(state)
  } catch (error) {
    setTimeout(() => {
      throw error
    })
  }
}
