import { expect } from 'vitest'
import { newId } from '../../src/platform/kernel/ids.ts'
import type { TestEngine } from './engines.ts'
import { forge, signRaw, type TestKey } from './forged-tokens.ts'
import { FrozenClock } from './frozen-clock.ts'
import { newPerson, type Person } from './people.ts'
import { rawRequest } from './raw-request.ts'
import { openServerKey } from './server-key.ts'
import { openDatabase } from './test-database.ts'
import { startTestServer, type TestServer } from './test-server.ts'

export const issuer = 'https://id.example.org'
export const audience = 'https://api.example.org'

/**
 * Makes tokens with the real key of a server. Each token differs from an accepted one in a single point, so that it is
 * refused for that point and no other.
 */
export class Forger {
  readonly server: TestServer
  readonly key: TestKey
  readonly person: Person
  readonly claims: Readonly<Record<string, unknown>>

  constructor(server: TestServer, key: TestKey, person: Person) {
    this.server = server
    this.key = key
    this.person = person
    const times = { iat: this.nowSeconds, exp: this.nowSeconds + 900 }
    const ids = { sub: person.id, jti: newId(), sid: person.sessionId }
    this.claims = { iss: issuer, aud: audience, client_id: 'proxima', ...times, ...ids, roles: ['user'] }
  }

  static async start(engine: TestEngine): Promise<Forger> {
    const server = await startTestServer(engine, {
      clock: FrozenClock.atWholeSecond(),
      env: { PROXIMA_PUBLIC_URL: issuer, PROXIMA_AUDIENCE: audience },
    })
    const db = openDatabase(server.databaseUrl)
    const key = await openServerKey(db)
    await db.destroy()
    return new Forger(server, key, await newPerson(server.client))
  }

  get nowSeconds(): number {
    return Math.floor(this.server.clock.now().getTime() / 1_000)
  }

  header(change: object = {}): object {
    return { alg: 'ES256', kid: this.key.kid, typ: 'at+jwt', ...change }
  }

  withHeader(change: object): string {
    return forge(this.header(change), this.claims, this.key)
  }

  withClaims(change: object): string {
    return forge(this.header(), { ...this.claims, ...change }, this.key)
  }

  /** Adds a valid signature to any text of a header and a payload. */
  signed(input: string): string {
    return `${input}.${signRaw(input, this.key).toString('base64url')}`
  }

  /** Expects that the token with each changed header is refused. */
  async expectHeadersRefused(changes: readonly object[]): Promise<void> {
    for (const change of changes) await this.expectRefused(this.withHeader(change), JSON.stringify(change))
  }

  async expectClaimsRefused(changes: readonly object[]): Promise<void> {
    for (const change of changes) await this.expectRefused(this.withClaims(change), JSON.stringify(change))
  }

  async expectRefused(token: string, name = token): Promise<void> {
    const headers = [['authorization', `Bearer ${token}`] as const]
    const answer = await rawRequest(this.server.url, '/v1/me', { headers })
    expect(answer.status, name).toBe(401)
    expect(JSON.parse(answer.text), name).toMatchObject({ code: 'invalid_token' })
    expect(answer.headers, name).toContainEqual(['www-authenticate', 'Bearer error="invalid_token"'])
    // The reason is only in the log: an attacker must not learn which check comes next.
    expect(answer.text).not.toMatch(/kid|alg|signature|base64|issuer|audience|session/i)
  }
}
