import type { AccountId } from '../../src/platform/kernel/ids.ts'

/** A complete answer. `body` is the parsed JSON, or null if there is none. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly bytes: Buffer
  // biome-ignore lint/suspicious/noExplicitAny: a test may read any part of an answer
  readonly body: any // oxlint-disable-line typescript/no-explicit-any
}

export interface CallOptions {
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A call and its answer. */
export interface Exchange {
  readonly method: string
  /** With its query. */
  readonly path: string
  /** The body, if there was one and it was text. */
  readonly sent?: string
  readonly hasBody: boolean
  readonly answer: Answer
}

export interface TestClientOptions {
  /** Receives every answer before the test does. If it throws, the call fails. */
  readonly onAnswer?: (exchange: Exchange) => void
}

/** Talks to the server over HTTP as any client would. */
export class TestClient {
  readonly #url: string
  readonly #onAnswer: (exchange: Exchange) => void

  constructor(url: string, { onAnswer = () => undefined }: TestClientOptions = {}) {
    this.#url = url
    this.#onAnswer = onAnswer
  }

  /** The origin of the server, unless it has another public URL. */
  get origin(): string {
    return new URL(this.#url).origin
  }

  get(path: string, options: CallOptions = {}): Promise<Answer> {
    return this.send('GET', path, undefined, options)
  }

  post(path: string, body: unknown, options: CallOptions = {}): Promise<Answer> {
    return this.send('POST', path, JSON.stringify(body), options)
  }

  put(path: string, body: unknown, options: CallOptions = {}): Promise<Answer> {
    return this.send('PUT', path, JSON.stringify(body), options)
  }

  patch(path: string, body: unknown, options: CallOptions = {}): Promise<Answer> {
    return this.send('PATCH', path, JSON.stringify(body), options)
  }

  /** Sends the body unchanged. */
  async send(
    method: string,
    path: string,
    body?: string | Buffer,
    { token, headers }: CallOptions = {},
  ): Promise<Answer> {
    const response = await fetch(this.#url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    })
    const bytes = await bytesOf(response)
    const text = bytes.toString()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    const answer = {
      status: response.status,
      headers: response.headers,
      text,
      bytes,
      body: isJson && text !== '' ? JSON.parse(text) : null,
    }
    const hasBody = body !== undefined && body.length > 0
    this.#onAnswer({ method, path, ...(typeof body === 'string' && { sent: body }), hasBody, answer })
    return answer
  }

  register(body: object): Promise<Answer> {
    return this.post('/v1/auth/register', body)
  }

  login(body: object): Promise<Answer> {
    return this.post('/v1/auth/login', body)
  }

  me(token: string): Promise<Answer> {
    return this.get('/v1/me', { token })
  }

  /** Registers an account and signs in. */
  async signUp(
    username: string,
    password = 'correct horse battery staple',
  ): Promise<{ user: { id: AccountId }; token: string }> {
    const registered = await this.register({ username, password })
    if (registered.status !== 201) throw new Error(`register answered ${registered.text}`)
    const login = await this.login({ username, password })
    if (login.status !== 200) throw new Error(`login answered ${login.text}`)
    return { user: registered.body, token: login.body.access_token }
  }
}

/** The body. Of a stream that goes on, only what comes until it is ready. */
async function bytesOf(response: Response): Promise<Buffer> {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
  if (!isStream) return Buffer.from(await response.arrayBuffer())
  const chunks: Uint8Array[] = []
  const body: AsyncIterable<Uint8Array> | null = response.body
  for await (const chunk of body ?? []) {
    chunks.push(chunk)
    if (Buffer.concat(chunks).includes('event: ready')) break
  }
  return Buffer.concat(chunks)
}
