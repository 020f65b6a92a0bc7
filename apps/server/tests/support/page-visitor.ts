import type { TestServer } from './test-server.ts'

/** A browser without script: it keeps the cookies of the session and of a trusted device, and sends forms from the pages of the server. */
export class PageVisitor {
  readonly #url: string
  cookie = ''
  #device = ''

  constructor({ url }: Pick<TestServer, 'url'>) {
    this.#url = url
  }

  /** Signs in on the page, and stays signed in unless the form says otherwise. */
  static async signIn(
    server: Pick<TestServer, 'url'>,
    fields: Readonly<Record<string, string>>,
  ): Promise<PageVisitor> {
    const visitor = new PageVisitor(server)
    const answer = await visitor.send('/sign-in', { keep: 'yes', ...fields })
    if (answer.status !== 303) throw new Error(`the sign-in page answered ${answer.status}`)
    return visitor
  }

  async open(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return await this.#fetch(path, { headers })
  }

  /** The text of a page that must be there. */
  async read(path: string): Promise<string> {
    const answer = await this.open(path)
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`)
    return await answer.text()
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
        origin: this.#url,
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
      body: new URLSearchParams(fields).toString(),
    })
  }

  /** Sends a file in the field `image`, as a form with `multipart/form-data` does. */
  async upload(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<Response> {
    const body = new FormData()
    body.set('image', new Blob([bytes]), 'picture')
    return await this.#fetch(path, {
      method: 'POST',
      headers: { origin: this.#url, 'sec-fetch-site': 'same-origin' },
      body,
    })
  }

  /** The id of the session that the cookie stands for. */
  async sessionId(): Promise<string> {
    const { data } = (await (await this.open('/v1/me/sessions')).json()) as {
      data: { id: string; current: boolean }[]
    }
    return data.find(({ current }) => current)?.id ?? ''
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    const cookies = [this.cookie, this.#device].filter((each) => each !== '')
    if (cookies.length > 0) headers.set('cookie', cookies.join('; '))
    const answer = await fetch(new URL(path, this.#url), { ...init, headers, redirect: 'manual' })
    for (const each of answer.headers.getSetCookie()) {
      if (each.startsWith('__Host-proxima-device=')) this.#device = each.split(';')[0] ?? ''
      if (each.startsWith('__Host-proxima='))
        this.cookie = each.includes('Max-Age=0') ? '' : (each.split(';')[0] ?? '')
    }
    return answer
  }
}
