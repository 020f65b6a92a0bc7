import type { CredentialDescription, Moment, TokenDescription } from './case.ts'
import { newApiKey, newId, newSessionCode } from './credentials.ts'
import type { Issuer } from './issuer.ts'
import { compact, manglings } from './mangling.ts'
import { newSigningKey, type SigningKey } from './signing-key.ts'

/** An account and its session. */
export interface Person {
  readonly accountId: string
  readonly sessionId: string
}

/** Tokens are made this long before the case, so that what is revoked in it was issued before. */
const ageSeconds = 10
const lifeSeconds = 900

/** The people, keys, tokens and credentials of one case, all made when they are first named. */
export class TokenMaker {
  /** The beginning of the case, in whole seconds. */
  readonly beginSeconds = Math.floor(Date.now() / 1_000)
  readonly #issuer: Issuer
  readonly #people = new Map<string, Person>()
  readonly #keys = new Map<string, SigningKey>()
  readonly #tokens = new Map<string, string>()
  readonly #credentials = new Map<string, string>()
  #signingKey = 'first'

  constructor(issuer: Issuer, first: SigningKey) {
    this.#issuer = issuer
    this.#keys.set('first', first).set('stranger', issuer.stranger)
  }

  get signingKey(): SigningKey {
    return this.key(this.#signingKey)
  }

  signWith(name: string): void {
    this.#signingKey = name
  }

  /** `rsa` is an RSA key; every other name is a P-256 key. */
  key(name: string): SigningKey {
    return entryOf(this.#keys, name, () => newSigningKey(name.startsWith('rsa') ? 'RS256' : 'ES256'))
  }

  person(name = 'someone'): Person {
    return entryOf(this.#people, name, () => ({ accountId: newId(), sessionId: newId() }))
  }

  /** The same description always gives the same text, as a caller sends the same token again. */
  token(description: TokenDescription): string {
    const keyName = description.key ?? this.#signingKey
    return entryOf(this.#tokens, JSON.stringify({ ...description, key: keyName }), () =>
      this.#makeToken(description, this.key(keyName)),
    )
  }

  credential(description: CredentialDescription): string {
    const { kind, name = '', person, answer = {} } = description
    return entryOf(this.#credentials, `${kind} ${name}`, () => {
      const text = kind === 'api_key' ? newApiKey() : newSessionCode()
      const claims = this.#claims({ ...(person !== undefined && { person }) })
      const { sid, auth_time, amr, acr, iat: _issuedAt, jti: _id, ...withoutSession } = claims
      // The answer about an API key has no session, and none about either has a time of issue.
      const usual = kind === 'api_key' ? withoutSession : { ...withoutSession, sid, auth_time, amr, acr }
      const filled = this.#filled(answer) as object
      this.#issuer.describe(text, { active: true, token_type: 'Bearer', ...usual, ...filled })
      return text
    })
  }

  /** The issuer answers from now on that the credential does not work. */
  endCredential(name: string): void {
    for (const [key, text] of this.#credentials)
      if (key.endsWith(` ${name}`)) this.#issuer.describe(text, { active: false })
  }

  secondsOf({ now }: Moment): number {
    return this.beginSeconds + now
  }

  #makeToken(description: TokenDescription, key: SigningKey): string {
    const {
      header = {},
      claims = {},
      without_claims = [],
      without_header = [],
      raw_claims = {},
    } = description
    const head = { alg: key.algorithm, kid: key.kid, typ: 'at+jwt', ...(this.#filled(header) as object) }
    const usual = this.#claims(description)
    const payload = { ...usual, ...(this.#filled(claims) as object) }
    const parts = {
      header: JSON.stringify(without(head, without_header)),
      payload: withRaw(JSON.stringify(without(payload, without_claims)), raw_claims),
      key,
    }
    const mangle = description.mangled === undefined ? compact : manglings[description.mangled]
    if (mangle === undefined) throw new TypeError(`There is no mangling "${description.mangled}".`)
    const token = mangle(parts)
    this.#describe(token, { ...usual, permissions: description.permits ?? usual['permissions'] }, description)
    return token
  }

  #describe(token: string, claims: Readonly<Record<string, unknown>>, { person }: TokenDescription): void {
    const { accountId } = this.person(person)
    this.#issuer.describe(token, { active: true, token_type: 'Bearer', ...claims })
    const names = { username: `user-${person ?? 'someone'}`, email: null, full_name: null }
    this.#issuer.describeUser(token, { id: accountId, ...names, roles: claims['roles'], status: 'active' })
  }

  /** The claims of a good token. */
  #claims({ person }: Pick<TokenDescription, 'person'>): Record<string, unknown> {
    const { accountId, sessionId } = this.person(person)
    const issuedAt = this.beginSeconds - ageSeconds
    return {
      iss: this.#issuer.url,
      aud: this.#issuer.audience,
      sub: accountId,
      client_id: 'proxima',
      iat: issuedAt,
      exp: issuedAt + lifeSeconds,
      jti: newId(),
      sid: sessionId,
      roles: ['user'],
      permissions: [],
      auth_time: issuedAt,
      amr: ['pwd'],
      acr: 'urn:proxima:aal1',
    }
  }

  /** Puts values in place of `{ "now": -1 }` and of names in braces. */
  #filled(value: unknown): unknown {
    if (typeof value === 'string') return this.#filledText(value)
    if (Array.isArray(value)) return value.map((each) => this.#filled(each))
    if (typeof value !== 'object' || value === null) return value
    const { now } = value as Partial<Moment>
    if (typeof now === 'number') return this.secondsOf({ now })
    // fromEntries, because it makes a member of its own of the name __proto__.
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.#filled(each)]))
  }

  #filledText(value: string): unknown {
    if (value === '{stranger jwk}') return this.key('stranger').publicKey.export({ format: 'jwk' })
    return value
      .replaceAll('{issuer}', this.#issuer.url)
      .replaceAll('{audience}', this.#issuer.audience)
      .replaceAll('{kid}', this.signingKey.kid)
      .replaceAll('{stranger}', this.#issuer.stranger.kid)
      .replace(/\{([a-z]) times (\d+)\}/, (_, letter: string, times: string) => letter.repeat(Number(times)))
  }
}

function without(members: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)))
}

/** Puts the JSON texts at the end, in place of members of the same name. */
function withRaw(json: string, raw: Readonly<Record<string, string>>): string {
  const names = Object.keys(raw)
  if (names.length === 0) return json
  const rest = JSON.stringify(without(JSON.parse(json) as object, names))
  return `${rest.slice(0, -1)},${names.map((name) => `${JSON.stringify(name)}:${raw[name]}`).join(',')}}`
}

function entryOf<Value>(map: Map<string, Value>, name: string, make: () => Value): Value {
  const found = map.get(name)
  if (found !== undefined) return found
  const made = make()
  map.set(name, made)
  return made
}
