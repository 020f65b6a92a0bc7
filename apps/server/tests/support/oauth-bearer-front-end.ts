export const frontEndOrigin = 'https://dev.vaccine.example'

export interface OldAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: the old pages read it without any check
  readonly body: any // oxlint-disable-line typescript/no-explicit-any
}

export interface OldRequest {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | FormData | URLSearchParams
}

export interface RegisterForm {
  readonly name: string
  readonly email: string
  readonly phone_number: string
  readonly password: string
  readonly address: string
  readonly nid: string
  readonly role_id: number
}

/** What both old pages keep and compare. */
export interface ShownUser {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly role_id: number
  readonly verified: boolean
}

/**
 * One of the two old pages, for users and for administrators. It keeps the token as `localStorage` does: signed out, its
 * header is `Bearer null`. It shows no error.
 */
export class OauthBearerFrontEnd {
  readonly #url: string
  jwt: string | null = null
  user: ShownUser | null = null

  /** @param url of the contract, with its prefix */
  constructor(url: string) {
    this.#url = url
  }

  /** Every start of a page: the profile, once more after a 401, and nothing else after any other failure. */
  async start(): Promise<number> {
    this.user = null
    const first = await this.profile()
    const last = first.status === 401 ? await this.profile() : first
    if (last.status === 200) this.user = last.body
    return last.status
  }

  /** The page for users lets in someone who has a name. */
  get letsUserIn(): boolean {
    return (this.user?.name ?? '') !== ''
  }

  /** The page for administrators compares a number. */
  get letsAdministratorIn(): boolean {
    return this.user?.role_id === 2
  }

  async register(form: RegisterForm): Promise<OldAnswer> {
    const created = await this.postJson('/create', form)
    if (created.status >= 200 && created.status < 300) await this.signIn(form.email, form.password)
    return created
  }

  async signIn(email: string, password: string): Promise<OldAnswer> {
    const form = new FormData()
    form.append('username', email)
    form.append('password', password)
    const answer = await this.send('POST', '/login', { body: form })
    if (answer.status === 200) {
      this.jwt = answer.body.access_token
      await this.start()
    }
    return answer
  }

  signOut(): void {
    this.jwt = null
    this.user = null
  }

  profile(): Promise<OldAnswer> {
    return this.send('GET', '/profile')
  }

  postJson(path: string, body: unknown): Promise<OldAnswer> {
    return this.sendJson('POST', path, body)
  }

  sendJson(method: string, path: string, body: unknown): Promise<OldAnswer> {
    const headers = { 'content-type': 'application/json' }
    return this.send(method, path, { headers, body: typeof body === 'string' ? body : JSON.stringify(body) })
  }

  postForm(path: string, fields: Record<string, string>): Promise<OldAnswer> {
    return this.send('POST', path, { body: new URLSearchParams(fields) })
  }

  /** With the header that it always has. */
  send(method: string, path: string, init: OldRequest = {}): Promise<OldAnswer> {
    const headers = { origin: frontEndOrigin, authorization: `Bearer ${this.jwt}`, ...init.headers }
    return this.sendAs(method, path, { ...init, headers })
  }

  async sendAs(method: string, path: string, init: OldRequest): Promise<OldAnswer> {
    const response = await fetch(this.#url + path, { method, ...init })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: read(text) }
  }
}

function read(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

/** What a test compares of an answer. */
export const seen = ({ status, body }: OldAnswer): readonly unknown[] => [status, body]
