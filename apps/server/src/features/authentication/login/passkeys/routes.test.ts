import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvents } from '../../../../../tests/support/audit-events.ts'
import {
  type DeletionServer,
  mailsTo,
  startDeletionServer,
} from '../../../../../tests/support/deletion-server.ts'
import { engines } from '../../../../../tests/support/engines.ts'
import { addPasskey, passkeyEnv, signInWithPasskey } from '../../../../../tests/support/passkeys.ts'
import { newPerson, signInWith } from '../../../../../tests/support/people.ts'
import { openServices } from '../../../../../tests/support/services.ts'
import { SoftwareAuthenticator, type Tampering } from '../../../../../tests/support/software-authenticator.ts'
import type { Answer } from '../../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'
import { verifyAddresses } from '../../../../../tests/support/verified-addresses.ts'
import { noRequest } from '../../../../platform/kernel/request-context.ts'

/** The claims of the access token in the answer. */
function claimsOf({ body }: Answer): object {
  const [, payload = ''] = String(body.access_token).split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
}

describe.each(engines)('a sign-in with a passkey on $name', (engine) => {
  let server: DeletionServer
  let count = 0
  beforeAll(async () => {
    server = await startDeletionServer(engine, { env: passkeyEnv })
  })
  afterAll(async () => await server?.close())

  async function newOwner(settings = {}) {
    const username = `key-${++count}`
    const email = `${username}@example.com`
    const person = await newPerson(server.client, { username, email })
    await verifyAddresses(server.services.db)
    return { ...person, email, ...(await addPasskey(server.client, person.token, settings)) }
  }
  const options = (body: object) => server.client.post('/v1/auth/passkey/options', body)
  const finish = (body: object) => server.client.post('/v1/auth/passkey', body)
  const withoutId = ({ status, body }: Answer): object => ({ status, ...(body as object), request_id: null })

  it.each([-7, -8, -257] as const)('needs nothing else, with algorithm %d', async (algorithm) => {
    const { authenticator, id } = await newOwner({ algorithm })
    const login = await signInWithPasskey(server.client, authenticator)
    expect(login.status).toBe(200)
    expect(login.body.user.id).toBe(id)
    expect(claimsOf(login)).toMatchObject({ amr: ['swk', 'user', 'mfa'], acr: 'phr' })
    const { body } = await server.client.get('/v1/me/factors', { token: login.body.access_token })
    expect(body.data).toMatchObject([{ kind: 'passkey', last_used_at: expect.any(String), synced: true }])
  })

  it('works with and without the name of the account', async () => {
    const { authenticator, username, email } = await newOwner()
    for (const identifier of [username, email])
      expect((await signInWithPasskey(server.client, authenticator, { identifier })).status).toBe(200)
  })

  it('gives a session code, or a cookie, if the client asks for it', async () => {
    const { authenticator } = await newOwner()
    const code = await signInWithPasskey(server.client, authenticator, { mode: 'code' })
    expect(code.body.session_code).toMatch(/^pxs_/)
    const cookie = await signInWithPasskey(server.client, authenticator, { mode: 'cookie' })
    expect(cookie.headers.get('set-cookie')).toContain('__Host-proxima=')
  })

  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const hostile: [string, Tampering][] = [
    ['A98: another website', { origin: 'https://evil.example' }],
    ['A98: a subdomain', { origin: 'https://evil.accounts.example.org' }],
    ['A98: http', { origin: 'http://accounts.example.org' }],
    ['A98: another port', { origin: 'https://accounts.example.org:8443' }],
    ['A98: another domain', { rpId: 'evil.example' }],
    ['A98: a frame of another website', { crossOrigin: true }],
    ['A98: a frame that names its website', { crossOrigin: true, topOrigin: 'https://evil.example' }],
    ['A99: another challenge', { challenge: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
    ['A100: the type of a registration', { type: 'webauthn.create' }],
    ['A100: no user verification', { uv: false }],
    ['A100: no user presence', { up: false }],
    ['A100: a backup of a key that cannot have one', { be: false, bs: true }],
    ['A100: a key that can no longer be backed up', { be: false, bs: false }],
    ['A100: the signature of another key', { key: other }],
    ['A100: the user of another passkey', { userHandle: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['A100: no user, when no one was named', { userHandle: null }],
  ]
  it.each(hostile)('refuses %s', async (_name, tampering) => {
    const { authenticator, id } = await newOwner()
    const refused = await signInWithPasskey(server.client, authenticator, tampering)
    expect(refused.status).toBe(401)
    expect(refused.body.code).toBe('invalid_credentials')
    const [event] = (await readEvents(server.databaseUrl)).filter(
      (each) => each.account_id === id && each.action === 'sign_in' && each.outcome === 'failure',
    )
    expect(event).toMatchObject({ method: 'passkey' })
    expect((await signInWithPasskey(server.client, authenticator)).status).toBe(200)
  })

  it('A99: takes the answer to each options once, also after a wrong one', async () => {
    const { authenticator } = await newOwner()
    const { body } = await options({})
    const right = { flow: body.flow, response: authenticator.get(body.public_key) }
    expect((await finish(right)).status).toBe(200)
    expect((await finish(right)).status).toBe(401)
    const { body: next } = await options({})
    const wrong = authenticator.get(next.public_key, { uv: false })
    expect((await finish({ flow: next.flow, response: wrong })).status).toBe(401)
    const late = { flow: next.flow, response: authenticator.get(next.public_key) }
    expect((await finish(late)).status).toBe(401)
  })

  it('A99: takes no answer from another flow', async () => {
    const { authenticator } = await newOwner()
    const [one, another] = [await options({}), await options({})]
    const response = authenticator.get(one.body.public_key)
    expect((await finish({ flow: another.body.flow, response })).status).toBe(401)
  })

  it('A99: takes an answer for five minutes', async () => {
    const { authenticator } = await newOwner()
    const answerAfter = async (seconds: number) => {
      const { body } = await options({})
      server.clock.advance(seconds)
      return (await finish({ flow: body.flow, response: authenticator.get(body.public_key) })).status
    }
    expect(await answerAfter(299)).toBe(200)
    expect(await answerAfter(300)).toBe(401)
  })

  it('A99: takes no answer to the options of a registration, an addition or a second factor', async () => {
    const { authenticator, secret } = await newOwner()
    const asked = await server.client.post('/v1/auth/token', { user_secret: secret })
    const { challenge } = asked.body
    const { body } = await server.client.post('/v1/auth/mfa/passkey', { challenge })
    const response = authenticator.get(body.public_key)
    expect((await finish({ flow: challenge, response })).status).toBe(401)
    expect((await finish({ flow: 'second_factor', response })).status).toBe(401)
    const token = String((await signInWithPasskey(server.client, authenticator)).body.access_token)
    const addition = await server.client.send('POST', '/v1/me/factors/passkeys/options', undefined, { token })
    const { challenge: asNew, rp } = addition.body.public_key
    const answer = authenticator.get({ challenge: asNew, rpId: rp.id })
    expect((await finish({ flow: addition.body.flow, response: answer })).status).toBe(401)
  })

  it('takes only a passkey of the account that was named', async () => {
    const [mine, theirs] = [await newOwner(), await newOwner()]
    const identifier = mine.username
    const wrong = await signInWithPasskey(server.client, theirs.authenticator, { identifier })
    expect(wrong.body.code).toBe('invalid_credentials')
    const nobody = await signInWithPasskey(server.client, theirs.authenticator, {
      identifier: 'no-one-has-it',
    })
    expect(nobody.body.code).toBe('invalid_credentials')
  })

  it('A102: refuses a counter that does not go up, and notifies the owner; zero is no counter', async () => {
    const { authenticator, email } = await newOwner({ counts: true })
    expect((await signInWithPasskey(server.client, authenticator)).status).toBe(200)
    expect((await signInWithPasskey(server.client, authenticator, { counter: 1 })).status).toBe(401)
    expect(await mailsTo(server, email)).toContain('passkey_copied')
    expect((await signInWithPasskey(server.client, authenticator, { counter: 0 })).status).toBe(401)
    expect((await signInWithPasskey(server.client, authenticator, { counter: 99 })).status).toBe(200)
    const { authenticator: uncounted } = await newOwner()
    for (const _ of [1, 2]) expect((await signInWithPasskey(server.client, uncounted)).status).toBe(200)
  })

  it('stores that a passkey has been backed up since', async () => {
    const { authenticator, token } = await newOwner()
    const synced = async () =>
      (await server.client.get('/v1/me/factors', { token })).body.data[0].synced as boolean
    await signInWithPasskey(server.client, authenticator, { bs: false })
    expect(await synced()).toBe(false)
    await signInWithPasskey(server.client, authenticator, { bs: true })
    expect(await synced()).toBe(true)
  })

  it('I4: gives an identifier that no one has the same options, each time it is asked', async () => {
    const { username } = await newOwner()
    const { username: withoutPasskey } = await newPerson(server.client)
    const shape = async (identifier: string) => {
      const { body } = await options({ identifier })
      const shown = body.public_key as { readonly allowCredentials: readonly { readonly id: string }[] }
      const [first = { id: '' }] = shown.allowCredentials
      return { keys: Object.keys(shown), first, more: shown.allowCredentials.length }
    }
    const known = await shape(username)
    for (const identifier of ['stranger', withoutPasskey, 'stranger@example.com', '0712345678']) {
      const decoy = await shape(identifier)
      expect(decoy).toMatchObject({ keys: known.keys, more: 1, first: { type: 'public-key' } })
      expect(Object.keys(decoy.first)).toEqual(Object.keys(known.first))
      expect(decoy.first.id.length).toBeGreaterThan(20)
      expect(await shape(identifier)).toEqual(decoy)
    }
    expect((await shape('stranger')).first).not.toEqual((await shape('another')).first)
  })

  it('I4: answers an unknown passkey, an unknown user and a wrong signature in the same way', async () => {
    const { authenticator, username } = await newOwner()
    const unknown = new SoftwareAuthenticator({ origin: passkeyEnv.PROXIMA_PUBLIC_URL })
    const answers = [
      await signInWithPasskey(server.client, authenticator, { key: other, identifier: username }),
      await signInWithPasskey(server.client, unknown, { identifier: username, userHandle: null }),
      await signInWithPasskey(server.client, unknown, { identifier: 'stranger', userHandle: null }),
      await signInWithPasskey(server.client, unknown, { userHandle: null }),
    ]
    expect(new Set(answers.map((answer) => JSON.stringify(withoutId(answer))))).toHaveLength(1)
  })

  it('does not sign in to a deleted account', async () => {
    const { authenticator, token, secret } = await newOwner()
    await server.client.send('DELETE', '/v1/me', JSON.stringify({ user_secret: secret }), { token })
    expect((await signInWithPasskey(server.client, authenticator)).status).toBe(401)
  })
})

describe.each(engines)('guesses at a passkey on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_LIMITS: 'on', ...passkeyEnv } })
  })
  afterAll(async () => await server?.close())

  it('count for the account, however many options are asked for (I3)', async () => {
    const { token } = await newPerson(server.client)
    const { authenticator } = await addPasskey(server.client, token)
    const codeOf = async (tampering = {}) =>
      (await signInWithPasskey(server.client, authenticator, tampering)).body.code as string | undefined
    const wrong = []
    for (let guess = 0; guess < 10; guess++) wrong.push(await codeOf({ uv: false }))
    expect(new Set(wrong)).toEqual(new Set(['invalid_credentials']))
    expect(await codeOf()).toBe('rate_limited')
    server.clock.advance(31)
    expect(await codeOf()).toBe(undefined)
  })

  it('count for a passkey that no one has in the same way (I4)', async () => {
    const authenticator = new SoftwareAuthenticator({ origin: passkeyEnv.PROXIMA_PUBLIC_URL })
    const codes = []
    for (let guess = 0; guess < 11; guess++)
      codes.push((await signInWithPasskey(server.client, authenticator)).body.code)
    expect(codes.slice(0, 10)).toEqual(Array(10).fill('invalid_credentials'))
    expect(codes[10]).toBe('rate_limited')
  })
})

describe.each(engines)('a sign-in with a passkey and strict privacy, on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { ...passkeyEnv, PROXIMA_PRIVACY: 'strict' } })
  })
  afterAll(async () => await server?.close())

  it('I4: shows the passkeys of no one, and still takes only those of the account that was named', async () => {
    const owners = []
    for (const name of ['amina', 'baraka']) {
      const services = openServices(server)
      const input = { username: name, email: `${name}@example.com` }
      const source = { context: noRequest, idempotencyKey: null, byAdministrator: true }
      const { userSecret } = await services.registration.create(input, source)
      await services.close()
      const { token } = await signInWith(server.client, userSecret ?? '')
      owners.push((await addPasskey(server.client, token)).authenticator)
    }
    for (const identifier of ['amina', 'stranger']) {
      const { body } = await server.client.post('/v1/auth/passkey/options', { identifier })
      expect(body.public_key.allowCredentials ?? []).toEqual([])
    }
    const [own, others] = owners
    if (own === undefined || others === undefined) throw new Error('there are two owners')
    const signIn = (authenticator: SoftwareAuthenticator) =>
      signInWithPasskey(server.client, authenticator, { identifier: 'amina' })
    expect((await signIn(others)).status).toBe(401)
    expect((await signIn(own)).status).toBe(200)
  })
})
