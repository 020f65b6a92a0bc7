import { setTimeout as sleep } from 'node:timers/promises'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Null if the answer has none. */
  // biome-ignore lint/suspicious/noExplicitAny: a test may read any part of an answer
  readonly body: any // oxlint-disable-line typescript/no-explicit-any
}

/** Someone who calls a server with a credential, or without one. */
export class Caller {
  readonly #url: string
  readonly credential: string | null

  constructor(url: string, credential: string | null = null) {
    this.#url = url
    this.credential = credential
  }

  /** @param body a text is sent as it is, and everything else as JSON */
  async send(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...(this.credential !== null && { authorization: `Bearer ${this.credential}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await answer.text()
    return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) }
  }
}

/** Repeats `ask` until it says true. The timeout of the test ends it. */
export async function until(ask: () => Promise<boolean>): Promise<void> {
  while (!(await ask())) await sleep(50)
}
