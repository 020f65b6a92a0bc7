/** An answer, read. `body` is the parsed JSON, or null where there was none. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: a test may look into any answer; what it finds is what it asserts
  readonly body: any // oxlint-disable-line typescript/no-explicit-any
}

export interface CallOptions {
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Talks to the server over HTTP as any client would. */
export class TestClient {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  get(path: string, options: CallOptions = {}): Promise<Answer> {
    return this.send('GET', path, undefined, options)
  }

  post(path: string, body: unknown, options: CallOptions = {}): Promise<Answer> {
    return this.send('POST', path, JSON.stringify(body), options)
  }

  patch(path: string, body: unknown, options: CallOptions = {}): Promise<Answer> {
    return this.send('PATCH', path, JSON.stringify(body), options)
  }

  /** The body goes out as it is. */
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
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : null,
    }
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

  /** A new account, signed in. */
  async signUp(
    username: string,
    password = 'correct horse battery staple',
  ): Promise<{ user: { id: string }; token: string }> {
    const registered = await this.register({ username, password })
    if (registered.status !== 201) throw new Error(`register answered ${registered.text}`)
    const login = await this.login({ username, password })
    if (login.status !== 200) throw new Error(`login answered ${login.text}`)
    return { user: registered.body, token: login.body.access_token }
  }
}
