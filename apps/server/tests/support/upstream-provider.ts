import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

/** Who signs in at the provider, as its claims say. */
export type Person = Readonly<Record<string, unknown>> & { readonly sub: string }

/** How the provider departs from what it should do. */
export interface Misbehaviour {
  /** Changes the claims of the identity token. */
  readonly claims?: (claims: JWTPayload) => JWTPayload
  /** Changes the answer in the address to which it leads back. */
  readonly answer?: (answer: URLSearchParams) => void
  readonly metadata?: Readonly<Record<string, unknown>>
  /** Signs with a key that it does not publish. */
  readonly foreignKey?: boolean
  /** Answers these paths itself. */
  readonly handle?: (request: IncomingMessage, response: ServerResponse) => boolean
}

export const upstreamClient = { id: 'proxima', secret: 'secret-of-the-client' }

interface Grant {
  readonly person: Person
  readonly nonce: string | null
  readonly challenge: string
  readonly redirectUri: string
}

/** Another provider on this machine: OpenID Connect, and the API of GitHub. It lets everyone in as the person that a test chooses. */
export class UpstreamProvider {
  person: Person = { sub: 'amina' }
  misbehaviour: Misbehaviour = {}
  /** True to say the claims of the person only at the userinfo endpoint. */
  tellsByUserInfo = false
  readonly asked: string[] = []
  readonly #grants = new Map<string, Grant>()
  readonly #tokens = new Map<string, Person>()
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  #keys: Awaited<ReturnType<typeof generateKeyPair>> | null = null
  issuer = ''

  static async start(): Promise<UpstreamProvider> {
    const provider = new UpstreamProvider()
    provider.#keys = await generateKeyPair('ES256')
    provider.#server.listen(0, '127.0.0.1')
    await once(provider.#server, 'listening')
    provider.issuer = `http://127.0.0.1:${(provider.#server.address() as AddressInfo).port}`
    return provider
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.issuer)
    this.asked.push(url.pathname)
    if (this.misbehaviour.handle?.(request, response) === true) return
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return sendJson(response, this.#metadata())
      case '/jwks':
        return sendJson(response, { keys: [await this.#publicKey()] })
      case '/authorize':
      case '/login/oauth/authorize':
        return this.#authorize(url, response)
      case '/token':
      case '/login/oauth/access_token':
        return await this.#token(request, response, url.pathname === '/token')
      case '/userinfo':
        return sendJson(response, this.#personOf(request) ?? {})
      case '/api/v3/user': {
        const person = this.#personOf(request)
        return sendJson(response, {
          id: Number(person?.sub),
          login: person?.['login'],
          name: person?.['name'],
        })
      }
      case '/api/v3/user/emails': {
        const person = this.#personOf(request)
        const [email, verified] = [person?.['email'], person?.['email_verified'] === true]
        const other = { email: 'other@example.org', primary: false, verified: true }
        return sendJson(response, [other, { email, primary: true, verified }])
      }
      default:
        response.writeHead(404).end()
    }
  }

  #metadata() {
    const at = (path: string) => `${this.issuer}${path}`
    return {
      issuer: this.issuer,
      authorization_endpoint: at('/authorize'),
      token_endpoint: at('/token'),
      jwks_uri: at('/jwks'),
      userinfo_endpoint: at('/userinfo'),
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      ...this.misbehaviour.metadata,
    }
  }

  #authorize({ searchParams: asked }: URL, response: ServerResponse): void {
    const code = randomBytes(16).toString('hex')
    const redirectUri = asked.get('redirect_uri') ?? ''
    if (asked.get('code_challenge_method') !== 'S256') throw new Error('there is no PKCE')
    this.#grants.set(code, {
      person: this.person,
      nonce: asked.get('nonce'),
      challenge: asked.get('code_challenge') ?? '',
      redirectUri,
    })
    const answer = new URLSearchParams({ code, state: asked.get('state') ?? '', iss: this.issuer })
    this.misbehaviour.answer?.(answer)
    if (asked.get('response_mode') === 'form_post') sendForm(response, redirectUri, answer)
    else response.writeHead(303, { location: `${redirectUri}?${answer.toString()}` }).end()
  }

  async #token(request: IncomingMessage, response: ServerResponse, isOidc: boolean): Promise<void> {
    const body = new URLSearchParams(await textOf(request))
    const basic = Buffer.from(request.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString()
    const [id, secret] = basic === '' ? [body.get('client_id'), body.get('client_secret')] : basic.split(':')
    const grant = this.#grants.get(body.get('code') ?? '')
    this.#grants.delete(body.get('code') ?? '')
    const verifier = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url')
    const isRight =
      id === upstreamClient.id &&
      decodeURIComponent(secret ?? '') === upstreamClient.secret &&
      grant?.challenge === verifier &&
      grant.redirectUri === body.get('redirect_uri')
    if (grant === undefined || !isRight) return sendJson(response, { error: 'invalid_grant' }, 400)
    const accessToken = randomBytes(16).toString('hex')
    this.#tokens.set(accessToken, grant.person)
    const answer = { access_token: accessToken, token_type: 'bearer', refresh_token: 'a-refresh-token' }
    sendJson(response, isOidc ? { ...answer, id_token: await this.#idToken(grant) } : answer)
  }

  async #idToken({ nonce, person }: Grant): Promise<string> {
    const now = Math.floor(Date.now() / 1_000)
    const own = this.tellsByUserInfo ? { sub: person.sub } : person
    const claims = { iss: this.issuer, aud: upstreamClient.id, iat: now, exp: now + 300, nonce, ...own }
    const { claims: change = (given: JWTPayload) => given, foreignKey = false } = this.misbehaviour
    const key = foreignKey ? (await generateKeyPair('ES256')).privateKey : this.#key().privateKey
    return await new SignJWT(change(claims)).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(key)
  }

  #personOf({ headers }: IncomingMessage): Person | undefined {
    return this.#tokens.get(headers.authorization?.replace(/^bearer /i, '') ?? '')
  }

  async #publicKey() {
    return { ...(await exportJWK(this.#key().publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }
  }

  #key() {
    if (this.#keys === null) throw new Error('the provider has not started')
    return this.#keys
  }
}

function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** The answer as a form that sends itself, as OAuth 2.0 Form Post Response Mode describes. */
function sendForm(response: ServerResponse, action: string, answer: URLSearchParams): void {
  const fields = [...answer].map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`)
  response
    .writeHead(200, { 'content-type': 'text/html' })
    .end(
      `<!doctype html><form method="post" action="${action}">${fields.join('')}<button>Go</button></form><script>document.forms[0].submit()</script>`,
    )
}

async function textOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}
