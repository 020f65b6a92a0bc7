import type { Me } from './api-types.data.ts'
import type { Credential, Credentials } from './credentials.ts'
import { StateHolder } from './state.ts'
import type { Transport } from './transport.ts'

/** The credential of a program: an API key, which works until it ends or is revoked. */
export class ApiKeyCredentials implements Credentials {
  readonly state = new StateHolder()
  readonly #transport: Transport
  readonly #key: string

  constructor(transport: Transport, key: string) {
    this.#transport = transport
    this.#key = key
  }

  async current(): Promise<Credential> {
    return { bearer: this.#key, userId: this.state.current.userId }
  }

  async renewed(): Promise<null> {
    return null
  }

  async load(): Promise<void> {
    this.state.set((await this.#transport.send<Me>({ method: 'GET', path: '/v1/me' }, this.#key)).id)
  }

  async signIn(): Promise<never> {
    throw new TypeError('A client with an API key cannot sign in. Make another client.')
  }

  async accessToken(): Promise<string> {
    return this.#key
  }

  // The key is the caller's. Nothing here ends it.
  async giveUp(): Promise<void> {}
  async signOut(): Promise<void> {}
  async forget(): Promise<void> {}
  async refresh(): Promise<void> {}
  close(): void {}
}
