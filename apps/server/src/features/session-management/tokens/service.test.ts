import { decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { forge, makeTestKey, type TestKey } from '../../../../tests/support/forged-tokens.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { type AccountId, newId, type SessionId } from '../../../platform/kernel/ids.ts'
import { type TokenKeys, type TokensOptions, TokensService } from './service.ts'

const noon = Date.parse('2026-11-20T12:00:00.000Z')
const nowSeconds = noon / 1000
const owner = { accountId: newId<AccountId>(), sessionId: newId<SessionId>(), roles: ['user', 'editor'] }
const ada = {
  ...{ ...owner, account: {} as never, permissions: ['moments:publish', 'users:read'] as const },
  authentication: { amr: ['pwd'], authenticatedAt: new Date(noon - 60_999) },
  ...{ sessionEndsAt: new Date(noon + 86_400_000), clientId: null, rolesReadAt: new Date(noon) },
}
const key = makeTestKey('key-1')

/** A service whose clock stands still until it is told otherwise, and the keys that it holds. */
function setUp(options: Partial<TokensOptions> = {}) {
  const held = new Map<string, TestKey>([[key.kid, key]])
  const time = { ms: noon }
  const keys: TokenKeys = {
    signingKey: async () => key,
    verificationKey: async (kid) => held.get(kid)?.publicKey ?? null,
  }
  const tokens = new TokensService({
    keys,
    clock: { now: () => new Date(time.ms) },
    issuer: () => 'https://id.example.org',
    audience: () => 'https://api.example.org',
    ttlSeconds: 900,
    ...options,
  })
  return { tokens, held, time }
}

const goodHeader = { alg: 'ES256', kid: key.kid, typ: 'at+jwt' }
const goodClaims = {
  iss: 'https://id.example.org',
  aud: 'https://api.example.org',
  sub: ada.accountId,
  client_id: 'proxima',
  iat: nowSeconds,
  exp: nowSeconds + 900,
  jti: newId(),
  sid: ada.sessionId,
  ...{ roles: ada.roles, permissions: ada.permissions },
  auth_time: nowSeconds - 61,
  amr: ['pwd'],
  acr: 'urn:proxima:aal1',
}

async function codeOf(verification: Promise<unknown>): Promise<string> {
  const error = await verification.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (error === null) return 'accepted'
  if (!(error instanceof Failure)) throw error
  return error.problem.code
}

const judge = (claims: object | string, header: object = goodHeader) =>
  codeOf(setUp().tokens.verifyAccessToken(forge(header, claims, key)))

describe('an access token', () => {
  it('has the claims of RFC 9068, the session, the roles and their permissions', async () => {
    const { token, expiresInSeconds } = await setUp().tokens.issueAccessToken(ada)
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    expect(decodeProtectedHeader(token)).toEqual(goodHeader)
    expect(claims).toEqual({ ...goodClaims, jti: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/) })
    expect(expiresInSeconds).toBe(900)
  })

  it('expires no later than its session', async () => {
    const sessionEndsAt = new Date(noon + 90_500)
    const { token, expiresInSeconds } = await setUp().tokens.issueAccessToken({ ...ada, sessionEndsAt })
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    expect([claims.exp, expiresInSeconds]).toEqual([nowSeconds + 90, 90])
  })

  it('returns its owner, session and roles when it is verified', async () => {
    const { tokens } = setUp()
    const { token } = await tokens.issueAccessToken(ada)
    const expected = {
      ...owner,
      clientId: 'proxima',
      issuedAtSeconds: nowSeconds,
      expiresAtSeconds: nowSeconds + 900,
    }
    expect(await tokens.verifyAccessToken(token)).toMatchObject(expected)
    expect(await tokens.verifyAccessToken(token)).toMatchObject(expected)
  })

  it('differs each time, with a new jti', async () => {
    const { tokens } = setUp()
    const verified = await Promise.all(
      Array.from({ length: 50 }, async () =>
        tokens.verifyAccessToken((await tokens.issueAccessToken(ada)).token),
      ),
    )
    expect(new Set(verified.map(({ tokenId }) => tokenId)).size).toBe(50)
  })

  it('is valid until the last millisecond before it expires', async () => {
    const { tokens, time } = setUp()
    const { token } = await tokens.issueAccessToken(ada)
    time.ms = noon + 900_000 - 1
    expect(await codeOf(tokens.verifyAccessToken(token))).toBe('accepted')
    time.ms = noon + 900_000
    expect(await codeOf(tokens.verifyAccessToken(token))).toBe('token_expired')
  })

  it('shows the reason for a refusal only in the log', async () => {
    const error = await setUp()
      .tokens.verifyAccessToken('x.y.z')
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ problem: { code: 'invalid_token' }, cause: { name: 'InvalidJws' } })
    expect(String(error)).not.toContain('base64url')
  })

  it('is neither accepted nor called invalid while the keys are not available', async () => {
    const keys: TokenKeys = {
      signingKey: async () => key,
      verificationKey: () => Promise.reject(new Error('database is down')),
    }
    await expect(
      setUp({ keys }).tokens.verifyAccessToken(forge(goodHeader, goodClaims, key)),
    ).rejects.toThrow('database is down')
  })
})

describe('forged access tokens', () => {
  it('are accepted without a difference', async () => {
    expect(await judge(goodClaims)).toBe('accepted')
  })

  it.each([
    ['A65', { alg: 'none' }],
    ['A66', { alg: 'HS256' }],
    ['A67', { alg: 'ES384' }],
    ['A68', { kid: '../../dev/null' }],
    ['A69', { jku: 'https://evil.example' }],
    ['A73', { crit: ['exp'] }],
    ['A75', { zip: 'DEF' }],
  ])('%s: refuses the header %j', async (_id, change) => {
    expect(await judge(goodClaims, { ...goodHeader, ...change })).toBe('invalid_token')
  })

  it.each(['JWT', 'id_token+jwt', 'refresh', undefined])('A70: refuses typ %j', async (typ) => {
    expect(await judge(goodClaims, { ...goodHeader, typ })).toBe('invalid_token')
  })

  it.each([
    'https://id.example.org/',
    'https://id.example.or',
    'https://id.example.org.evil.example',
    'HTTPS://id.example.org',
    'http://id.example.org',
    ['https://id.example.org'],
    '',
    null,
    undefined,
  ])('A71: refuses iss %j', async (iss) => {
    expect(await judge({ ...goodClaims, iss })).toBe('invalid_token')
  })

  it.each([
    'https://api.example.org/',
    'https://other.example.org',
    ['https://api.example.org'],
    ['https://api.example.org', 'https://other.example.org'],
    [],
    '',
    null,
    undefined,
  ])('A71: refuses aud %j', async (aud) => {
    expect(await judge({ ...goodClaims, aud })).toBe('invalid_token')
  })

  it.each(['exp', 'iat', 'nbf'])('A72: refuses %s if it is no number of seconds', async (name) => {
    const times = [`${nowSeconds}`, null, -1, nowSeconds + 0.5, 2 ** 53, true, [nowSeconds], {}]
    for (const value of times)
      expect(await judge({ ...goodClaims, [name]: value }), JSON.stringify(value)).toBe('invalid_token')
    const infinite = JSON.stringify({ ...goodClaims, [name]: '?' }).replace('"?"', '1e400')
    expect(await judge(infinite)).toBe('invalid_token')
  })

  it('A72: refuses a token without exp or iat, or past its exp', async () => {
    expect(await judge({ ...goodClaims, exp: undefined })).toBe('invalid_token')
    expect(await judge({ ...goodClaims, iat: undefined })).toBe('invalid_token')
    expect(await judge({ ...goodClaims, exp: nowSeconds })).toBe('token_expired')
    expect(await judge({ ...goodClaims, exp: 0 })).toBe('token_expired')
  })

  it.each(['iat', 'nbf'])('A72: allows %s to be a minute ahead, and no more', async (name) => {
    expect(await judge({ ...goodClaims, [name]: nowSeconds + 60 })).toBe('accepted')
    expect(await judge({ ...goodClaims, [name]: nowSeconds + 61 })).toBe('invalid_token')
  })

  it('A73: refuses repeated claims', async () => {
    const doubled = JSON.stringify(goodClaims).replace('"roles"', '"roles":["admin"],"roles"')
    expect(await judge(doubled)).toBe('invalid_token')
  })

  it('A74: refuses r = s = 0', async () => {
    const zeros = Buffer.alloc(64).toString('base64url')
    const token = forge(goodHeader, goodClaims, key).replace(/[^.]*$/, zeros)
    expect(await codeOf(setUp().tokens.verifyAccessToken(token))).toBe('invalid_token')
  })

  it.each([
    [
      'sub',
      ['', 'ada', '00000000-0000-0000-0000-000000000000', ada.accountId.toUpperCase(), 7, null, undefined],
    ],
    ['sid', ['', 'x', [ada.sessionId], null, undefined]],
    ['client_id', ['', 'other', 7, ['proxima'], null, undefined]],
    ['jti', ['', 7, ['x'], null, undefined]],
    ['roles', ['admin', [1], [null], [['admin']], { 0: 'admin' }, null, undefined]],
  ])('refuses %s that is not of its kind', async (name, values) => {
    for (const value of values) expect(await judge({ ...goodClaims, [name]: value })).toBe('invalid_token')
  })

  it('refuses a token that is longer than any of ours before it is hashed', async () => {
    expect(await codeOf(setUp().tokens.verifyAccessToken('x'.repeat(50_000_000)))).toBe('invalid_token')
  })

  it('refuses a good token once any single bit of its text has changed', async () => {
    const { tokens } = setUp()
    const { token } = await tokens.issueAccessToken(ada)
    for (let at = 0; at < token.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const changed =
          token.slice(0, at) + String.fromCharCode(token.charCodeAt(at) ^ (1 << bit)) + token.slice(at + 1)
        expect(await codeOf(tokens.verifyAccessToken(changed)), changed).toBe('invalid_token')
      }
    }
    expect(await codeOf(tokens.verifyAccessToken(token))).toBe('accepted')
  })

  it('refuses a good token once any single bit of what it encodes has changed', async () => {
    const { tokens } = setUp()
    const { token } = await tokens.issueAccessToken(ada)
    const parts = token.split('.').map((part) => Buffer.from(part, 'base64url'))
    for (const part of parts) {
      for (let bit = 0; bit < part.length * 8; bit++) {
        part[bit >> 3] = (part[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const changed = parts.map((bytes) => bytes.toString('base64url')).join('.')
        expect(await codeOf(tokens.verifyAccessToken(changed)), changed).toBe('invalid_token')
        part[bit >> 3] = (part[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      }
    }
  })
})

describe('a cached token', () => {
  it('A76: is refused once its key has been retired', async () => {
    const { tokens, held } = setUp()
    const { token } = await tokens.issueAccessToken(ada)
    expect(await codeOf(tokens.verifyAccessToken(token))).toBe('accepted')
    held.delete(key.kid)
    expect(await codeOf(tokens.verifyAccessToken(token))).toBe('invalid_token')
  })

  it('is compared with the clock again, even if the clock is set back', async () => {
    const { tokens, time } = setUp()
    const { token } = await tokens.issueAccessToken(ada)
    expect(await codeOf(tokens.verifyAccessToken(token))).toBe('accepted')
    time.ms = noon - 60_001
    expect(await codeOf(tokens.verifyAccessToken(token))).toBe('invalid_token')
    time.ms = noon - 60_000
    expect(await codeOf(tokens.verifyAccessToken(token))).toBe('accepted')
  })

  it('cannot be changed by the request that brought it', async () => {
    const { tokens } = setUp()
    const { token } = await tokens.issueAccessToken(ada)
    const first = await tokens.verifyAccessToken(token)
    expect(() => (first.roles as string[]).push('admin')).toThrow(TypeError)
    expect(() => Object.assign(first, { roles: ['admin'] })).toThrow(TypeError)
    expect((await tokens.verifyAccessToken(token)).roles).toEqual(ada.roles)
  })

  it('is not verified again, and makes room for newer ones', async () => {
    let verificationKey = key.publicKey
    const { tokens } = setUp({
      keys: { signingKey: async () => key, verificationKey: async () => verificationKey },
      cacheEntriesMax: 2,
    })
    const issued = [goodClaims, { ...goodClaims, jti: 'b' }, { ...goodClaims, jti: 'c' }].map((claims) =>
      forge(goodHeader, claims, key),
    )
    for (const token of issued) await tokens.verifyAccessToken(token)
    // From here on no signature fits: only what is remembered passes.
    verificationKey = makeTestKey('other').publicKey
    const codes = await Promise.all(issued.map((token) => codeOf(tokens.verifyAccessToken(token))))
    expect(codes).toEqual(['invalid_token', 'accepted', 'accepted'])
  })
})
