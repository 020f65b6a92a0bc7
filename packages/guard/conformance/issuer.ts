import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import type { EndpointMode, ServerMode } from './case.ts'
import { newApiKey } from './credentials.ts'
import { RevocationFeed } from './revocation-feed.ts'
import { newSigningKey, publicJwk, type SigningKey } from './signing-key.ts'

/** What the issuer answers about a token or a credential (RFC 7662 §2.2). */
export type Introspection = Readonly<Record<string, unknown>> & { readonly active: boolean }

/** The requests that are counted, each by its own name. */
export const counted = {
  '/.well-known/jwks.json': 'jwks',
  '/oauth/introspect': 'introspection',
  '/v1/revocations': 'feed',
  '/v1/me': 'me',
  '/evil/jwks.json': 'evil',
} as const

export type CountedName = (typeof counted)[keyof typeof counted]

/** A guard ignores keys that it cannot use or read (RFC 7517 §5). */
const otherKeys = [
  { kty: 'oct', kid: 'shared', k: 'AAAA', alg: 'HS256' },
  { kty: 'OKP', crv: 'Ed25519', kid: 'edwards', x: 'AAAA', alg: 'EdDSA' },
  { kty: 'EC', crv: 'P-256', kid: 'unreadable', x: 'AAAA', y: 'AAAA', alg: 'ES256', use: 'sig' },
  { kty: 'EC', crv: 'P-256', kid: 'half', x: 'AAAA', alg: 'ES256', use: 'sig' },
  { kty: 'unknown' },
]

/**
 * A server on this machine that behaves towards a guard as Proxima does. It signs with any key, it revokes anything, and
 * each part of it can fail.
 */
export class Issuer {
  readonly feed = new RevocationFeed()
  readonly apiKey = newApiKey()
  /** The key of an attacker, which the issuer never publishes at its own address. */
  readonly stranger: SigningKey
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #counts = new Map<CountedName, number>()
  readonly #introspections = new Map<string, Introspection>()
  readonly #users = new Map<string, object>()
  #keys: readonly SigningKey[] = []
  #mode: ServerMode = 'up'
  keysMode: EndpointMode = 'up'
  introspectionMode: EndpointMode | 'refusing' = 'up'

  private constructor(server: Server) {
    this.#server = server
    this.stranger = newSigningKey()
    server.on('connection', (socket: Socket) => this.#accept(socket))
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.#answer(request, response).catch(() => response.destroy())
    })
  }

  static async start(): Promise<Issuer> {
    const server = createServer()
    const issuer = new Issuer(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return issuer
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Another one than the issuer, so that a guard cannot mistake one for the other. */
  get audience(): string {
    return `${this.url}/audience`
  }

  async stop(): Promise<void> {
    this.feed.stop()
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  /** The keys that the issuer publishes. */
  publish(keys: readonly SigningKey[]): void {
    this.#keys = keys
  }

  setMode(mode: ServerMode): void {
    this.#mode = mode
    if (mode !== 'up') for (const socket of this.#sockets) socket.destroy()
  }

  /** From now on, the issuer answers this about the token. About others it says that they are not active. */
  describe(token: string, introspection: Introspection): void {
    this.#introspections.set(token, introspection)
  }

  /** What `GET /v1/me` answers to the holder of the token. */
  describeUser(token: string, user: object): void {
    this.#users.set(token, user)
  }

  count(name: CountedName): number {
    return this.#counts.get(name) ?? 0
  }

  #accept(socket: Socket): void {
    if (this.#mode === 'down') {
      socket.destroy()
      return
    }
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.url)
    const name = counted[pathname as keyof typeof counted]
    if (name !== undefined) this.#counts.set(name, this.count(name) + 1)
    if (this.#mode === 'hanging') return
    switch (name) {
      case 'jwks':
        sendAs(response, this.keysMode, { keys: [...otherKeys, ...this.#keys.map(publicJwk)] })
        return
      case 'evil':
        send(response, 200, { keys: [publicJwk(this.stranger)] })
        return
      case 'introspection':
        await this.#introspect(request, response)
        return
      case 'feed':
        if (this.#isGuard(request)) this.feed.open(response, lastEventIdOf(request))
        else refuse(response, 401, 'invalid_token')
        return
      case 'me':
        this.#answerMe(request, response)
        return
      default:
        if (pathname === '/.well-known/openid-configuration') send(response, 200, this.#metadata())
        else refuse(response, 404, 'not_found')
    }
  }

  async #introspect(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await text(request))
    if (!this.#isGuard(request) || this.introspectionMode === 'refusing') {
      send(response, 401, { error: 'invalid_token' })
      return
    }
    const token = form.get('token') ?? ''
    sendAs(response, this.introspectionMode, this.#introspections.get(token) ?? { active: false })
  }

  #answerMe(request: IncomingMessage, response: ServerResponse): void {
    const user = this.#users.get(request.headers.authorization?.replace(/^Bearer /, '') ?? '')
    if (user === undefined) refuse(response, 401, 'invalid_token')
    else send(response, 200, user)
  }

  #isGuard(request: IncomingMessage): boolean {
    return request.headers.authorization === `Bearer ${this.apiKey}`
  }

  #metadata(): object {
    return {
      issuer: this.url,
      jwks_uri: `${this.url}/.well-known/jwks.json`,
      introspection_endpoint: `${this.url}/oauth/introspect`,
      id_token_signing_alg_values_supported: ['ES256'],
      subject_types_supported: ['public'],
    }
  }
}

function lastEventIdOf({ headers }: IncomingMessage): string | undefined {
  const given = headers['last-event-id']
  return Array.isArray(given) ? undefined : given
}

function sendAs(response: ServerResponse, mode: EndpointMode | 'refusing', body: object): void {
  if (mode === 'failing') refuse(response, 500, 'internal_error')
  else if (mode === 'garbage') response.writeHead(200, { 'content-type': 'application/json' }).end('<html>')
  else send(response, 200, body)
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response
    .writeHead(status, { 'content-type': 'application/problem+json' })
    .end(JSON.stringify({ status, code }))
}
