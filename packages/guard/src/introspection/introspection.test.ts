import { beforeEach, describe, expect, it } from 'vitest'
import { Refusal } from '../refusal.ts'
import type { Answer, ServerRequest } from '../server.ts'
import { Introspection } from './introspection.ts'

const issuer = 'https://accounts.example.org'
const audience = 'https://service.example.org'
const now = 1_800_000_000
const good = {
  active: true,
  iss: issuer,
  aud: audience,
  token_type: 'Bearer',
  sub: '01a1fc40-74e8-7000-8000-000000000001',
  client_id: 'proxima',
  roles: ['user'],
  permissions: [],
}

let answer: Answer
let asked: ServerRequest[]
let timeMs: number
let isRevoked: boolean
let version: number
/** Holds the answers back. */
let held: Promise<void>
let introspection: Introspection
beforeEach(() => {
  answer = { status: 200, json: good }
  asked = []
  timeMs = 0
  isRevoked = false
  version = 0
  held = Promise.resolve()
  introspection = new Introspection({
    server: {
      ask: async (request) => {
        asked.push(request)
        const given = answer
        await held
        return given
      },
    },
    apiKey: 'pxk_key',
    issuer,
    audience,
    cacheMs: 1_000,
    isRevoked: () => isRevoked,
    version: () => version,
    onMismatch: () => undefined,
    now: () => timeMs,
    wallClock: () => now * 1_000 + 900,
  })
})

const refusedWith = (code: string): unknown => expect.objectContaining({ code })

describe('asking the server about a credential', () => {
  it('says who it is, and when the server was asked', async () => {
    expect(await introspection.inspect('pxs_a')).toMatchObject({
      user: { id: good.sub, sessionId: null, roles: ['user'] },
      askedAtSeconds: now,
      expiresAtSeconds: Number.POSITIVE_INFINITY,
    })
    expect(asked[0]).toMatchObject({ path: '/oauth/introspect', method: 'POST' })
    expect(String(asked[0]?.body)).toBe('token=pxs_a')
    expect(asked[0]?.headers).toEqual({ authorization: 'Bearer pxk_key' })
  })

  it('happens once for requests that come together', async () => {
    await Promise.all(Array.from({ length: 50 }, () => introspection.inspect('pxs_a')))
    expect(asked).toHaveLength(1)
    await introspection.inspect('pxs_b')
    expect(asked).toHaveLength(2)
  })

  it('happens again when the answer is too old', async () => {
    await introspection.inspect('pxs_a')
    timeMs = 999
    await introspection.inspect('pxs_a')
    expect(asked).toHaveLength(1)
    timeMs = 1_000
    answer = { status: 200, json: { active: false } }
    await expect(introspection.inspect('pxs_a')).rejects.toEqual(refusedWith('invalid_token'))
    expect(asked).toHaveLength(2)
  })

  it('happens again at once after a revocation that may concern it', async () => {
    await introspection.inspect('pxs_a')
    isRevoked = true
    answer = { status: 200, json: { active: false } }
    await expect(introspection.inspect('pxs_a')).rejects.toEqual(refusedWith('invalid_token'))
  })

  it('A77: happens again for a request that comes when the answer on its way is too old', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    held = promise
    const early = introspection.inspect('pxs_a')
    timeMs = 1_001
    answer = { status: 200, json: { active: false } }
    const late = Promise.all(
      [1, 2].map(() => expect(introspection.inspect('pxs_a')).rejects.toEqual(refusedWith('invalid_token'))),
    )
    resolve()
    await expect(early).resolves.toMatchObject({ user: { id: good.sub } })
    await late
    expect(asked).toHaveLength(2)
  })

  it('A77: happens again if a revocation arrives while the answer is on its way', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    held = promise
    const inspected = expect(introspection.inspect('pxs_a')).rejects.toEqual(refusedWith('invalid_token'))
    version++
    isRevoked = true
    answer = { status: 200, json: { active: false } }
    resolve()
    await inspected
    expect(asked).toHaveLength(2)
  })

  it('happens once if what arrives meanwhile concerns others', async () => {
    const inspected = introspection.inspect('pxs_a')
    version++
    await inspected
    expect(asked).toHaveLength(1)
  })

  it('is not repeated for a credential that does not work, until the answer is too old', async () => {
    answer = { status: 200, json: { active: false } }
    for (const _time of ['first', 'second'])
      await expect(introspection.inspect('pxs_a')).rejects.toEqual(refusedWith('invalid_token'))
    expect(asked).toHaveLength(1)
  })

  it.each([
    ['another issuer', { iss: 'https://other.example.org' }],
    ['another audience', { aud: 'https://other.example.org' }],
    ['several audiences', { aud: [audience, 'https://other.example.org'] }],
    ['another type', { token_type: 'refresh_token' }],
    ['active as text', { active: 'true' }],
  ])('refuses an answer with %s', async (_name, change) => {
    answer = { status: 200, json: { ...good, ...change } }
    await expect(introspection.inspect('pxs_a')).rejects.toEqual(refusedWith('invalid_token'))
  })

  it.each([
    ['that its own key is refused', { status: 401, json: null }],
    ['that its own key permits too little', { status: 403, json: null }],
    ['an incomplete user', { status: 200, json: { ...good, sub: undefined } }],
  ])('does not blame the caller for %s', async (_name, given) => {
    answer = given
    await expect(introspection.inspect('pxs_a')).rejects.toEqual(refusedWith('unavailable'))
  })

  it('remembers no failure', async () => {
    answer = { status: 401, json: null }
    await expect(introspection.inspect('pxs_a')).rejects.toBeInstanceOf(Refusal)
    answer = { status: 200, json: good }
    await expect(introspection.inspect('pxs_a')).resolves.toMatchObject({ user: { id: good.sub } })
  })

  it('does not pile up: beyond 200 at once, callers get 503', async () => {
    const inspecting = Array.from({ length: 201 }, (_, index) => introspection.inspect(`pxs_${index}`))
    const outcomes = await Promise.allSettled(inspecting)
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([
      { status: 'rejected', reason: refusedWith('unavailable') },
    ])
    expect(asked).toHaveLength(200)
    await expect(introspection.inspect('pxs_200')).resolves.toBeDefined()
  })
})
