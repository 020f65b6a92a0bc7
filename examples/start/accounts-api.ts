export interface Answer {
  readonly status: number
  readonly body: unknown
}

/** The HTTP interface of Proxima, as one caller. */
export class AccountsApi {
  readonly #url: string
  readonly #credential: string | null

  constructor(url: string, credential: string | null = null) {
    this.#url = url
    this.#credential = credential
  }

  async call(method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: object): Promise<Answer> {
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        ...(this.#credential !== null && { authorization: `Bearer ${this.#credential}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: await answer.json() }
  }

  /** What it answers, if it does what is asked. @throws Error otherwise */
  async do(method: 'POST' | 'PUT' | 'PATCH', path: string, body: object): Promise<Record<string, string>> {
    const answer = await this.call(method, path, body)
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${JSON.stringify(answer.body)}`)
    return answer.body as Record<string, string>
  }
}
