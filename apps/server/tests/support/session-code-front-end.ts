import { type Answer, TestClient } from './test-client.ts'

export interface SignUpForm {
  readonly email: string
  readonly password: string
  readonly firstName: string
  readonly lastName: string
  readonly username: string
}

export const frontEndOrigin = 'https://old-shop.example'

/** The old front end: sends what it sent, nulls included, and keeps its header after a sign-out. */
export class SessionCodeFrontEnd {
  readonly #client: TestClient
  /** What a browser puts into `Authorization`; null before the first page. */
  authorization: string | null = null

  /** @param url of the contract, with its prefix */
  constructor(url: string) {
    // Its paths are in no document, so nothing is compared with one.
    this.#client = new TestClient(url)
  }

  get(path: string): Promise<Answer> {
    return this.#send('GET', path)
  }

  post(path: string, body: object): Promise<Answer> {
    return this.#send('POST', path, JSON.stringify(body))
  }

  delete(path: string): Promise<Answer> {
    return this.#send('DELETE', path)
  }

  async signUp(form: SignUpForm, path = '/creare-cont'): Promise<Answer> {
    return await this.post(path, { ...form, confirmPassword: form.password })
  }

  /** Keeps the code, as its page does. */
  async signIn(email: string, password: string, path = '/intra-in-cont'): Promise<Answer> {
    const answer = await this.post(path, { email, password })
    if (answer.body?.code === '200') this.authorization = `Bearer ${answer.body.message}`
    return answer
  }

  /** Asks as the browser does before it sends a request to another origin. */
  preflight(path: string, method: string): Promise<Answer> {
    return this.#client.send('OPTIONS', path, undefined, {
      headers: {
        origin: frontEndOrigin,
        'access-control-request-method': method,
        'access-control-request-headers': 'authorization,content-type',
      },
    })
  }

  #send(method: string, path: string, body?: string): Promise<Answer> {
    return this.#client.send(method, path, body, {
      headers: {
        origin: frontEndOrigin,
        ...(body !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
        ...(this.authorization !== null && { authorization: this.authorization }),
      },
    })
  }
}

export const amina: SignUpForm = {
  email: 'amina@example.com',
  password: 'pass12',
  firstName: 'Amina',
  lastName: 'Odhiambo',
  username: 'amina',
}

/** What a test compares of an answer. */
export const seen = ({ status, body }: Answer): unknown[] => [status, body]
/** The status, and the names of the fields. */
export const fieldsSeen = ({ status, body }: Answer): unknown[] => [
  status,
  Object.keys((body ?? {}) as object),
]
export const said = (status: number, message: string) => [status, { message }]
export const failed = (status: number, error: unknown) => [status, { error }]

export const wrongPassword = [202, { message: 'Password or user are incorrect', code: '202' }]

/** The forms of the settings page, with nothing in them. */
export const emptyCard = { image: null, occupation: null, homeAddress: null, country: null, county: null }
export const emptyLinks = {
  ...{ linkedIn: null, faceBook: null, gitHub: null, instagram: null, twitter: null, youtube: null },
  description: null,
}

/** Someone who has signed up under this name, and signed in. */
export async function signedIn(url: string, username: string): Promise<SessionCodeFrontEnd> {
  const page = new SessionCodeFrontEnd(url)
  const email = `${username}@example.com`
  const form = { ...amina, email, username }
  const { status, text } = await page.signUp(form)
  if (status !== 201) throw new Error(`the sign-up answered ${text}`)
  await page.signIn(email, form.password)
  return page
}
