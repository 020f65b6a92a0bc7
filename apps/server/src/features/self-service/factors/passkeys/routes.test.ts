import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type DeletionServer,
  mailsTo,
  startDeletionServer,
} from '../../../../../tests/support/deletion-server.ts'
import { engines } from '../../../../../tests/support/engines.ts'
import { addTotp, finish, totpCode } from '../../../../../tests/support/factors.ts'
import {
  addPasskey,
  passkeyEnv,
  passkeyOrigin,
  signInWithPasskey,
  startPasskey,
} from '../../../../../tests/support/passkeys.ts'
import { password } from '../../../../../tests/support/password.ts'
import { newPerson, signInWith } from '../../../../../tests/support/people.ts'
import {
  newCredential,
  SoftwareAuthenticator,
  type Tampering,
} from '../../../../../tests/support/software-authenticator.ts'
import { verifyAddresses } from '../../../../../tests/support/verified-addresses.ts'

describe.each(engines)('my passkeys on $name', (engine) => {
  let server: DeletionServer
  let count = 0
  beforeAll(async () => {
    server = await startDeletionServer(engine, { env: passkeyEnv })
  })
  afterAll(async () => await server?.close())

  const add = (token: string, body: object) => server.client.post('/v1/me/factors/passkeys', body, { token })
  const factorsOf = async (token: string) =>
    (await server.client.get('/v1/me/factors', { token })).body as {
      readonly data: readonly { readonly id: string }[]
    }
  const newAuthenticator = (settings = {}) =>
    new SoftwareAuthenticator({ origin: passkeyOrigin, ...settings })

  it('are listed with their name, and are the second factor of a sign-in without one', async () => {
    const { token, secret } = await newPerson(server.client)
    const { authenticator, added } = await addPasskey(server.client, token, {
      aaguid: 'bada5566-a7aa-401f-bd96-45619a55120d',
    })
    expect(added.body).toMatchObject({ kind: 'passkey', name: '1Password', synced: true })
    expect(added.body.recovery_codes).toHaveLength(10)
    expect((await factorsOf(token)).data).toHaveLength(1)
    const asked = await server.client.post('/v1/auth/token', { user_secret: secret })
    expect(asked.body).toMatchObject({ code: 'mfa_required', factors: ['passkey', 'recovery_code'] })
    const { challenge } = asked.body
    const { body } = await server.client.post('/v1/auth/mfa/passkey', { challenge })
    expect(body.public_key.allowCredentials).toMatchObject([{ id: authenticator.credential.id }])
    const response = authenticator.get(body.public_key)
    const login = await server.client.post('/v1/auth/mfa', { challenge, factor: 'passkey', response })
    expect(login.status).toBe(200)
  })

  it('take the place of a code at the second step only with their own response', async () => {
    const { token, secret } = await newPerson(server.client)
    const { authenticator } = await addPasskey(server.client, token)
    const ask = async () =>
      String((await server.client.post('/v1/auth/token', { user_secret: secret })).body.challenge)
    const begin = (challenge: string) => server.client.post('/v1/auth/mfa/passkey', { challenge })
    const give = (challenge: string, response: object) =>
      server.client.post('/v1/auth/mfa', { challenge, factor: 'passkey', response })
    const [one, another] = [await ask(), await ask()]
    const { body } = await begin(one)
    await begin(another)
    const response = authenticator.get(body.public_key)
    // A99: of another sign-in, or given a second time.
    expect((await give(another, response)).body.code).toBe('mfa_required')
    expect((await give(one, authenticator.get(body.public_key, { uv: false }))).body.code).toBe(
      'mfa_required',
    )
    expect((await give(one, response)).body.code).toBe('mfa_required')
    const wrong = await server.client.post('/v1/auth/mfa', {
      challenge: one,
      factor: 'passkey',
      code: '123456',
    })
    expect(wrong.status).toBe(422)
  })

  it('of another account are no second factor (A100)', async () => {
    const [mine, theirs] = [await newPerson(server.client), await newPerson(server.client)]
    await addPasskey(server.client, mine.token)
    const { authenticator } = await addPasskey(server.client, theirs.token)
    const { body } = await server.client.post('/v1/auth/token', { user_secret: mine.secret })
    const { challenge } = body
    const { body: begun } = await server.client.post('/v1/auth/mfa/passkey', { challenge })
    const response = authenticator.get(begun.public_key)
    const refused = await server.client.post('/v1/auth/mfa', { challenge, factor: 'passkey', response })
    expect(refused.body.code).toBe('mfa_required')
  })

  it('make a session fresh, in that session alone', async () => {
    const { token } = await newPerson(server.client)
    const { authenticator } = await addPasskey(server.client, token)
    const codes = await Promise.all(
      [1, 2].map(async () => await signInWithPasskey(server.client, authenticator, { mode: 'code' })),
    )
    const [here = '', elsewhere = ''] = codes.map(({ body }) => String(body.session_code))
    server.clock.advance(601)
    const begin = async (as: string): Promise<unknown> =>
      (await server.client.send('POST', '/v1/me/reauthentication/passkey', undefined, { token: as })).body
        .public_key
    const prove = (as: string, response: object) =>
      server.client.post('/v1/me/reauthentication', { factor: 'passkey', response }, { token: as })
    expect((await startPasskey(server.client, here)).body.code).toBe('step_up_required')
    const response = authenticator.get(await begin(here))
    await begin(elsewhere)
    expect((await prove(elsewhere, response)).status).toBe(401)
    expect((await prove(here, response)).status).toBe(204)
    expect((await prove(here, response)).status).toBe(401)
    expect((await startPasskey(server.client, here)).status).toBe(200)
    expect((await startPasskey(server.client, elsewhere)).body.code).toBe('step_up_required')
  })

  it('are added only after a second factor that was given a short time ago, and notify the owner (A96)', async () => {
    const username = `pass-${++count}`
    const email = `${username}@example.com`
    const { token, secret } = await newPerson(server.client, { username, email })
    await verifyAddresses(server.services.db)
    const totp = await addTotp(server.client, token, server.clock)
    const { body: login } = await finish(
      server.client,
      await server.client.post('/v1/auth/token', { user_secret: secret, mode: 'code' }),
      'totp',
      await totpCode(totp.secret, server.clock),
    )
    const code = String(login.session_code)
    server.clock.advance(601)
    const begun = await startPasskey(server.client, code)
    expect(begun.body.code).toBe('step_up_required')
    const proof = { factor: 'totp', code: await totpCode(totp.secret, server.clock) }
    expect((await server.client.post('/v1/me/reauthentication', proof, { token: code })).status).toBe(204)
    const { added } = await addPasskey(server.client, code)
    expect(added.body.recovery_codes).toBe(null)
    expect(await mailsTo(server, email)).toContain('factor_added')
  })

  const hostile: [string, Tampering][] = [
    ['A98: another website', { origin: 'https://evil.example' }],
    ['A98: another domain', { rpId: 'evil.example' }],
    ['A98: a frame of another website', { crossOrigin: true }],
    ['A99: another challenge', { challenge: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
    ['A100: the type of a sign-in', { type: 'webauthn.get' }],
    ['A100: no user verification', { uv: false }],
    ['A100: no user presence', { up: false }],
    ['A100: a backup of a key that cannot have one', { be: false, bs: true }],
  ]
  it.each(hostile)('are refused with %s', async (_name, tampering) => {
    const { token } = await newPerson(server.client)
    const { body } = await startPasskey(server.client, token)
    const authenticator = newAuthenticator()
    const response = authenticator.create(body.public_key, tampering)
    expect((await add(token, { flow: body.flow, response })).body.code).toBe('passkey_refused')
    // A99: the failure has used the options up.
    const right = { flow: body.flow, response: authenticator.create(body.public_key) }
    expect((await add(token, right)).body.code).toBe('passkey_refused')
    expect((await factorsOf(token)).data).toEqual([])
  })

  it('A104: are refused with a short RSA key, another algorithm, a point off the curve, or what is no CBOR', async () => {
    const { token } = await newPerson(server.client)
    const good = newCredential(-7)
    const edited = (from: string, to: string) => ({
      ...good,
      cose: Buffer.from(good.cose.toString('hex').replace(from, to), 'hex'),
    })
    const short = newCredential(-257, 1_024)
    const es384 = edited('0326', '033822')
    const otherCurve = edited('2001', '2002')
    const offCurve = { ...good, cose: Buffer.concat([good.cose.subarray(0, -1), Buffer.from([7])]) }
    for (const credential of [short, es384, otherCurve, offCurve]) {
      const { body } = await startPasskey(server.client, token)
      const response = newAuthenticator({ credential }).create(body.public_key)
      expect((await add(token, { flow: body.flow, response })).body.code).toBe('passkey_refused')
    }
    const deep = Buffer.alloc(15_000, 0x81).toString('base64url')
    const huge = Buffer.from('9affffffff', 'hex').toString('base64url')
    for (const attestationObject of [deep, huge, 'AAAA', '']) {
      const { body } = await startPasskey(server.client, token)
      const made = newAuthenticator().create(body.public_key)
      const response = { ...made, response: { ...made.response, attestationObject } }
      expect((await add(token, { flow: body.flow, response })).body.code).toBe('passkey_refused')
    }
    const { body } = await startPasskey(server.client, token)
    const made = newAuthenticator().create(body.public_key)
    const response = { ...made, response: { ...made.response, attestationObject: 'A'.repeat(30_000) } }
    expect((await add(token, { flow: body.flow, response })).status).toBe(422)
  })

  it('A101: belong to one account only', async () => {
    const [mine, theirs] = [await newPerson(server.client), await newPerson(server.client)]
    const { authenticator } = await addPasskey(server.client, mine.token)
    for (const { token } of [mine, theirs]) {
      const { body } = await startPasskey(server.client, token)
      const response = authenticator.create(body.public_key)
      expect((await add(token, { flow: body.flow, response })).body.code).toBe('passkey_taken')
    }
  })

  it('A99: are added in the session that asked for the options, and in no other', async () => {
    const { token, secret } = await newPerson(server.client)
    const other = await signInWith(server.client, secret)
    const stranger = await newPerson(server.client)
    const { body } = await startPasskey(server.client, token)
    const response = newAuthenticator().create(body.public_key)
    for (const as of [other.token, stranger.token])
      expect((await add(as, { flow: body.flow, response })).body.code).toBe('passkey_refused')
    expect((await add(token, { flow: body.flow, response })).status).toBe(201)
  })

  it('can be renamed and removed; the last way to sign in cannot (A103)', async () => {
    const { token } = await newPerson(server.client)
    const first = await addPasskey(server.client, token)
    const path = `/v1/me/factors/${String(first.added.body.id)}`
    expect((await server.client.patch(path, { name: 'Blue key' }, { token })).body.name).toBe('Blue key')
    expect((await server.client.send('DELETE', path, undefined, { token })).status).toBe(204)
    expect((await signInWithPasskey(server.client, first.authenticator)).status).toBe(401)
    const authenticator = newAuthenticator()
    const username = `pass-${++count}`
    const { body } = await server.client.post('/v1/auth/register/passkey', { username })
    const response = authenticator.create(body.public_key)
    await server.client.post('/v1/auth/register/passkey', { flow: body.flow, response })
    const login = await signInWithPasskey(server.client, authenticator)
    const own = String(login.body.access_token)
    const [only = { id: '' }] = (await factorsOf(own)).data
    const remove = () => server.client.send('DELETE', `/v1/me/factors/${only.id}`, undefined, { token: own })
    expect((await remove()).body.code).toBe('last_sign_in_method')
    expect((await signInWithPasskey(server.client, authenticator)).status).toBe(200)
    await addPasskey(server.client, own)
    expect((await remove()).status).toBe(204)
  })

  it('are at most twenty', async () => {
    const { token } = await newPerson(server.client)
    for (let made = 0; made < 20; made++) await addPasskey(server.client, token)
    const { body } = await startPasskey(server.client, token)
    const response = newAuthenticator().create(body.public_key)
    expect((await add(token, { flow: body.flow, response })).body.code).toBe('too_many_passkeys')
  })

  it('A09, A95: no longer sign in alone after a recovery, until they are given with the new password', async () => {
    const username = `pass-${++count}`
    const { token, user } = await server.client.signUp(username, password)
    const { authenticator } = await addPasskey(server.client, token)
    await server.services.credentialReset.setPassword(user.id, 'nine yellow trains sleep')
    expect((await signInWithPasskey(server.client, authenticator)).status).toBe(401)
    const asked = await server.client.login({ username, password: 'nine yellow trains sleep' })
    expect(asked.body.code).toBe('mfa_required')
    const { challenge } = asked.body
    const { body } = await server.client.post('/v1/auth/mfa/passkey', { challenge })
    const response = authenticator.get(body.public_key)
    const login = await server.client.post('/v1/auth/mfa', { challenge, factor: 'passkey', response })
    expect(login.status).toBe(200)
    expect((await signInWithPasskey(server.client, authenticator)).status).toBe(200)
  })

  it('erase the account and restore it, if there is no other credential', async () => {
    const authenticator = newAuthenticator()
    const { body } = await server.client.post('/v1/auth/register/passkey', { username: `pass-${++count}` })
    await server.client.post('/v1/auth/register/passkey', {
      flow: body.flow,
      response: authenticator.create(body.public_key),
    })
    const token = String((await signInWithPasskey(server.client, authenticator)).body.access_token)
    expect((await server.deleteMe(token, {})).status).toBe(202)
    expect((await signInWithPasskey(server.client, authenticator)).status).toBe(401)
    const { body: begun } = await server.client.post('/v1/auth/passkey/options', {})
    const response = authenticator.get(begun.public_key)
    expect((await server.restore({ flow: begun.flow, response })).status).toBe(200)
  })
})
