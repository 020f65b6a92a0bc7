import type { Login } from './api-types.data.ts'
import type { Credential, Credentials } from './credentials.ts'
import { isCredentialRefused, ProximaError } from './error.ts'
import type { Exclusive } from './exclusive.ts'
import type { Request } from './request.ts'
import { StateHolder } from './state.ts'
import { parseSession, type SessionStorage, type StoredSession, sessionOf } from './stored-session.ts'
import type { Tabs } from './tabs.ts'
import type { Transport } from './transport.ts'

/** What a tab sends to the others: the session with this id is now this one, or has ended. */
interface Change {
  readonly id: string
  readonly session: StoredSession | null
}

export interface TokenSessionOptions {
  readonly transport: Transport
  readonly storage: SessionStorage
  /** The name of the session in the storage. */
  readonly key: string
  readonly exclusive: Exclusive
  readonly openTabs: (receive: (change: Change | null) => void) => Tabs<Change>
}

const changeWaitMs = 500

/**
 * A session with an access token and a refresh token. A refresh token is used once: the server ends the session if one
 * comes back later, because it may be stolen (RFC 9700 §4.14.2). So all calls and all tabs share one refresh, and a tab
 * first looks whether another one has done it.
 */
export class TokenSession implements Credentials {
  readonly state = new StateHolder()
  readonly #options: TokenSessionOptions
  readonly #tabs: Tabs<Change>
  /** Undefined until it was read. */
  #session: StoredSession | null | undefined
  #refreshing: Promise<StoredSession | null> | null = null
  #onReceived = () => {}

  constructor(options: TokenSessionOptions) {
    this.#options = options
    // If the storage fails, the next call shows it.
    this.#tabs = options.openTabs((change) => void this.#receive(change).catch(() => undefined))
  }

  async load(): Promise<void> {
    this.#adopt(await this.#read())
  }

  async current(): Promise<Credential> {
    const session = await this.#current()
    return credentialOf(
      session && Date.now() >= session.refreshAt ? await this.#refreshedFor(session) : session,
    )
  }

  async renewed({ bearer, userId }: Credential): Promise<Credential | null> {
    const session = await this.#current()
    if (session?.userId !== userId) return null
    // If the token is another one, another call has refreshed since.
    const next = session.accessToken === bearer ? await this.#refreshedFor(session) : session
    return next && credentialOf(next)
  }

  async giveUp({ bearer }: Credential): Promise<void> {
    // Another tab may have signed in since.
    const stored = this.#adopt(await this.#read())
    if (stored?.accessToken === bearer) await this.forget()
  }

  async signIn(request: Request): Promise<Login> {
    const login = await this.#options.transport.send<Login>(request, null)
    await this.#keep(sessionOf(login, 0))
    return login
  }

  async signOut(request: Request): Promise<void> {
    const session = (await this.#read()) ?? (await this.#current())
    if (session === null) return
    this.#adopt(session)
    await this.forget()
    const body = { refresh_token: session.refreshToken }
    try {
      await this.#options.transport.send({ ...request, body }, null)
    } catch (error) {
      // It had ended already.
      if (!isCredentialRefused(error)) throw error
    }
  }

  async forget(): Promise<void> {
    const session = await this.#current()
    const stored = await this.#read()
    // The session of someone who has signed in in another tab has not ended.
    if (stored !== null && stored.id !== session?.id) return void this.#adopt(stored)
    await this.#options.storage.removeItem(this.#options.key)
    this.#adopt(null)
    if (session !== null) this.#tabs.send({ id: session.id, session: null })
  }

  async refresh(): Promise<void> {
    const session = await this.#current()
    if (session !== null) await this.#refreshed(session)
  }

  async accessToken(): Promise<string> {
    const { bearer } = await this.current()
    if (bearer === null) throw new ProximaError({ code: 'unauthenticated', status: 401 })
    return bearer
  }

  close(): void {
    this.#tabs.close()
  }

  async #current(): Promise<StoredSession | null> {
    if (this.#session === undefined) this.#adopt(await this.#read())
    return this.#session ?? null
  }

  /** Null if the user of the session has signed out, or another one has signed in. */
  async #refreshedFor(session: StoredSession): Promise<StoredSession | null> {
    const next = await this.#refreshed(session)
    return next?.userId === session.userId ? next : null
  }

  #refreshed(stale: StoredSession): Promise<StoredSession | null> {
    this.#refreshing ??= this.#options
      .exclusive((hasWaited) => this.#refresh(stale, hasWaited))
      .finally(() => {
        this.#refreshing = null
      })
    return this.#refreshing
  }

  async #refresh(stale: StoredSession, hasWaited: boolean): Promise<StoredSession | null> {
    const isReplaced = (stored: StoredSession | null) => stored?.refreshToken !== stale.refreshToken
    let before = await this.#read()
    if (hasWaited && !isReplaced(before)) {
      // What the other tab has done is on its way.
      await this.#nextChange()
      before = await this.#read()
    }
    // Another tab has refreshed, signed out or signed in.
    if (isReplaced(before)) return this.#adopt(before)
    try {
      const login = await this.#options.transport.send<Login>(refreshRequest(stale.refreshToken), null)
      const after = await this.#read()
      // A sign-out in the meantime stays one.
      if (isReplaced(after)) return this.#adopt(after)
      return await this.#keep(sessionOf(login, stale.refreshes + 1))
    } catch (error) {
      if (!isRefreshRefused(error)) throw error
      const after = await this.#read()
      if (isReplaced(after)) return this.#adopt(after)
      await this.forget()
      throw error
    }
  }

  async #keep(session: StoredSession): Promise<StoredSession> {
    const { storage, key } = this.#options
    this.#session = session
    await storage.setItem(key, JSON.stringify(session))
    this.#tabs.send({ id: session.id, session })
    this.#adopt(session)
    return session
  }

  /**
   * Follows another tab. With `localStorage`, all tabs read what that tab has written. A copy of a tab has a copy of its
   * `sessionStorage`: the same session, of which only one tab knows the next token.
   */
  async #receive(change: Change | null): Promise<void> {
    const { storage, key } = this.#options
    const stored = await this.#read()
    if (change !== null && stored?.id === change.id) {
      const { session } = change
      if (session === null) await storage.removeItem(key)
      else if (session.refreshes > stored.refreshes) await storage.setItem(key, JSON.stringify(session))
    }
    this.#adopt(await this.#read())
    this.#onReceived()
  }

  /** Waits until another tab has reported a change, but not for long: it may have failed. */
  async #nextChange(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, changeWaitMs)
      this.#onReceived = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async #read(): Promise<StoredSession | null> {
    return parseSession(await this.#options.storage.getItem(this.#options.key))
  }

  #adopt(session: StoredSession | null): StoredSession | null {
    this.#session = session
    this.state.set(session?.userId ?? null)
    return session
  }
}

/** Something that is no refresh token, such as a damaged one, is not valid either, and never will be. */
function isRefreshRefused(error: unknown): boolean {
  return isCredentialRefused(error) || (error instanceof ProximaError && error.code === 'validation_failed')
}

function credentialOf(session: StoredSession | null): Credential {
  return { bearer: session?.accessToken ?? null, userId: session?.userId ?? null }
}

/** The server gives a repeated refresh the same answer, if it comes soon. */
function refreshRequest(refreshToken: string): Request {
  const body = { refresh_token: refreshToken }
  return { method: 'POST', path: '/v1/auth/refresh', body, isRepeatable: true }
}
