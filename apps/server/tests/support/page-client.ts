import type { TestServer } from './test-server.ts'

/** A browser without script: it opens pages and sends their forms, and keeps the cookie of its session. */
export class PageClient {
  readonly #server: Pick<TestServer, 'url'>
  #cookie = ''

  constructor(server: Pick<TestServer, 'url'>) {
    this.#server = server
  }

  get isSignedIn(): boolean {
    return this.#cookie !== ''
  }

  async open(path: string, headers: Record<string, string> = {}): Promise<PageAnswer> {
    return await this.#fetch(path, { headers: { accept: 'text/html', ...headers } })
  }

  /** Sends a form, as a page of this server does. */
  async send(
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<PageAnswer> {
    return await this.#fetch(path, {
      method: 'POST',
      headers: {
        accept: 'text/html',
        'content-type': 'application/x-www-form-urlencoded',
        origin: new URL(this.#server.url).origin,
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
      body: new URLSearchParams(fields).toString(),
    })
  }

  async #fetch(
    path: string,
    init: Omit<RequestInit, 'headers'> & { readonly headers: Record<string, string> },
  ): Promise<PageAnswer> {
    const cookie = this.#cookie === '' ? {} : { cookie: this.#cookie }
    const url = new URL(path, this.#server.url)
    const answer = await fetch(url, { ...init, headers: { ...cookie, ...init.headers }, redirect: 'manual' })
    const cookies = answer.headers.getSetCookie()
    const session = cookies.find((each) => each.startsWith('__Host-proxima='))
    if (session !== undefined)
      this.#cookie = session.includes('Max-Age=0') ? '' : (session.split(';')[0] ?? '')
    return { status: answer.status, headers: answer.headers, cookies, text: await answer.text() }
  }
}

export interface PageAnswer {
  readonly status: number
  readonly headers: Headers
  readonly cookies: readonly string[]
  readonly text: string
}

/** The value of a hidden field of a page. */
export function hiddenField({ text }: Pick<PageAnswer, 'text'>, name: string): string {
  return new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? ''
}
