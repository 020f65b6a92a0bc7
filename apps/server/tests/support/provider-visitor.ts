import type { TestServer } from './test-server.ts'

/** A browser without script that goes to another provider and comes back. It keeps every cookie of the server. */
export class ProviderVisitor {
  readonly #server: Pick<TestServer, 'url'>
  readonly cookies = new Map<string, string>()

  constructor(server: Pick<TestServer, 'url'>) {
    this.#server = server
  }

  get isSignedIn(): boolean {
    return this.cookies.has('__Host-proxima')
  }

  /** The session code, which is also a bearer token. */
  get session(): string {
    return this.cookies.get('__Host-proxima') ?? ''
  }

  async open(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return await this.#fetch(path, { headers })
  }

  async send(
    path: string,
    fields: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return await this.#fetch(path, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: new URL(this.#server.url).origin,
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
      body: new URLSearchParams(fields).toString(),
    })
  }

  /** Goes to the provider. @returns the address to which the provider leads back */
  async goTo(path: string): Promise<string> {
    const away = await this.open(path)
    if (away.status !== 303) throw new Error(`${path} answered ${away.status}: ${await away.text()}`)
    return await this.follow(away.headers.get('location') ?? '')
  }

  /** Opens the page of the provider. @returns the address to which it leads back */
  async follow(address: string): Promise<string> {
    const there = await fetch(address, { redirect: 'manual' })
    return there.headers.get('location') ?? ''
  }

  /** Goes to the provider and comes back. */
  async signInWith(provider: string, query = ''): Promise<Response> {
    return await this.open(await this.goTo(`/sign-in/with/${provider}${query}`))
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    if (cookie !== '') headers.set('cookie', cookie)
    const answer = await fetch(new URL(path, this.#server.url), { ...init, headers, redirect: 'manual' })
    for (const each of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(each) ?? []
      if (each.includes('Max-Age=0')) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return answer
  }
}
