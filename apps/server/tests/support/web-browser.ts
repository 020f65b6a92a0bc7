/** A cookie as a browser keeps it. */
interface Kept {
  readonly value: string
  readonly path: string
}

/** Where a browser has arrived. */
export interface Visit {
  readonly url: URL
  readonly status: number
  readonly text: string
}

const hopsMax = 12

/**
 * A browser without script: it keeps cookies by path, and follows redirects and `refresh`. It stops at the first address
 * of another origin, which it does not open.
 */
export class WebBrowser {
  readonly #origin: string
  readonly #cookies = new Map<string, Kept>()

  constructor(origin: string) {
    this.#origin = origin
  }

  async open(address: string): Promise<Visit> {
    return await this.#follow(address, { method: 'GET' })
  }

  async send(address: string, form: Readonly<Record<string, string>>): Promise<Visit> {
    return await this.#follow(address, { method: 'POST', body: new URLSearchParams(form) })
  }

  cookie(name: string): string | undefined {
    return [...this.#cookies].find(([key]) => key.startsWith(`${name};`))?.[1].value
  }

  forget(): void {
    this.#cookies.clear()
  }

  async #follow(address: string, first: RequestInit): Promise<Visit> {
    let url = new URL(address, this.#origin)
    let init = first
    for (let hop = 0; hop < hopsMax; hop++) {
      if (url.origin !== this.#origin) return { url, status: 0, text: '' }
      const response = await fetch(url, {
        ...init,
        redirect: 'manual',
        headers: { origin: this.#origin, cookie: this.#cookiesFor(url), accept: 'text/html' },
      })
      this.#keep(response)
      const text = await response.text()
      const next =
        response.headers.get('location') ?? /http-equiv="refresh" content="0;url=([^"]+)"/.exec(text)?.[1]
      if (next === undefined) return { url, status: response.status, text }
      url = new URL(next.replaceAll('&amp;', '&'), url)
      init = { method: 'GET' }
    }
    throw new Error(`more than ${hopsMax} hops, the last to ${url.href}`)
  }

  #keep({ headers }: Response): void {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split('; ')
      const [name = '', value = ''] = pair.split('=')
      const path = attributes.find((each) => each.startsWith('Path='))?.slice(5) ?? '/'
      if (attributes.includes('Max-Age=0')) this.#cookies.delete(`${name};${path}`)
      else this.#cookies.set(`${name};${path}`, { value, path })
    }
  }

  #cookiesFor({ pathname }: URL): string {
    const matching = [...this.#cookies].filter(
      ([, { path }]) => path === '/' || pathname === path || pathname.startsWith(`${path}/`),
    )
    return matching.map(([key, { value }]) => `${key.split(';')[0]}=${value}`).join('; ')
  }
}
