import type { AccessToken, Login, Me } from './api-types.data.ts'
import type { Credential, Credentials } from './credentials.ts'
import { isCredentialRefused } from './error.ts'
import type { Request } from './request.ts'
import { StateHolder } from './state.ts'
import { usableUntil } from './stored-session.ts'
import type { Tabs } from './tabs.ts'
import type { Transport } from './transport.ts'

interface Change {
  readonly userId: string | null
}

export interface CookieSessionOptions {
  readonly transport: Transport
  readonly openTabs: (receive: (change: Change | null) => void) => Tabs<Change>
}

/** A session whose code is in a cookie that no script can read. All tabs share it, and there is nothing to refresh. */
export class CookieSession implements Credentials {
  readonly state = new StateHolder()
  readonly #transport: Transport
  readonly #tabs: Tabs<Change>
  /** The number of the sign-in. It shows whether a refused call began before the last sign-in. */
  #signIn = 0
  /** The access token for other services, or the request for it. */
  #token: Promise<string> | null = null
  #tokenUntil = 0

  constructor({ transport, openTabs }: CookieSessionOptions) {
    this.#transport = transport
    this.#tabs = openTabs((change) => {
      if (change !== null) this.#set(change.userId)
    })
  }

  async current(): Promise<Credential> {
    return { bearer: null, userId: this.state.current.userId, signIn: this.#signIn }
  }

  async renewed({ signIn, userId }: Credential): Promise<Credential | null> {
    const current = await this.current()
    if (signIn !== current.signIn) return userId === current.userId ? current : null
    await this.forget()
    return null
  }

  async giveUp({ signIn }: Credential): Promise<void> {
    if (signIn === this.#signIn) await this.forget()
  }

  async load(): Promise<void> {
    const before = this.#signIn
    const userId = await this.#loadUserId()
    // The answer says nothing about someone who has signed in or out in the meantime.
    if (before === this.#signIn) this.#set(userId)
  }

  async #loadUserId(): Promise<string | null> {
    try {
      return (await this.#transport.send<Me>({ method: 'GET', path: '/v1/me' }, null)).id
    } catch (error) {
      if (!isCredentialRefused(error)) throw error
      return null
    }
  }

  async signIn(request: Request): Promise<Login> {
    const login = await this.#transport.send<Login>(request, null)
    this.#change(login.user.id)
    return login
  }

  async signOut(request: Request): Promise<void> {
    try {
      await this.#transport.send(request, null)
    } catch (error) {
      // Only the server can remove the cookie, so after any other failure the user is still signed in.
      if (!isCredentialRefused(error)) throw error
    }
    await this.forget()
  }

  async forget(): Promise<void> {
    this.#change(null)
  }

  async accessToken(): Promise<string> {
    if (this.#token === null || Date.now() >= this.#tokenUntil) {
      this.#tokenUntil = Number.POSITIVE_INFINITY
      this.#token = this.#newToken()
    }
    return await this.#token
  }

  async refresh(): Promise<void> {
    this.#token = null
  }

  close(): void {
    this.#tabs.close()
  }

  async #newToken(): Promise<string> {
    const before = this.#signIn
    try {
      const request = { method: 'POST', path: '/v1/me/access-token' } as const
      const { access_token, expires_in } = await this.#transport.send<AccessToken>(request, null)
      if (before === this.#signIn) this.#tokenUntil = usableUntil(expires_in)
      return access_token
    } catch (error) {
      // Someone who has signed in in the meantime stays signed in.
      if (before === this.#signIn) {
        this.#tokenUntil = 0
        if (isCredentialRefused(error)) await this.forget()
      }
      throw error
    }
  }

  #change(userId: string | null): void {
    this.#set(userId)
    this.#tabs.send({ userId })
  }

  #set(userId: string | null): void {
    this.#signIn++
    this.#token = null
    this.state.set(userId)
  }
}
