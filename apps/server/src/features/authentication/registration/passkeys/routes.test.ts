import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DeletionServer, startDeletionServer } from '../../../../../tests/support/deletion-server.ts'
import { engines } from '../../../../../tests/support/engines.ts'
import { passkeyEnv, passkeyOrigin, signInWithPasskey } from '../../../../../tests/support/passkeys.ts'
import { SoftwareAuthenticator } from '../../../../../tests/support/software-authenticator.ts'
import { startTestServer } from '../../../../../tests/support/test-server.ts'

const path = '/v1/auth/register/passkey'
const newAuthenticator = () => new SoftwareAuthenticator({ origin: passkeyOrigin })

describe.each(engines)('registration with a passkey on $name', (engine) => {
  let server: DeletionServer
  let count = 0
  beforeAll(async () => {
    server = await startDeletionServer(engine, { env: passkeyEnv })
  })
  afterAll(async () => await server?.close())

  async function begin(more: object = {}) {
    const fields = { username: `reg-${++count}`, ...more }
    const { body } = await server.client.post(path, fields)
    const authenticator = newAuthenticator()
    const response = authenticator.create(body.public_key)
    return { authenticator, fields, given: { flow: body.flow, response }, options: body.public_key }
  }

  it('makes an account that signs in with the passkey, and has no other credential', async () => {
    const { authenticator, fields, given, options } = await begin({ full_name: 'Amina Otieno' })
    expect(options.user).toMatchObject({ name: fields.username, displayName: 'Amina Otieno' })
    const registered = await server.client.post(path, given)
    expect(registered.status).toBe(201)
    expect(registered.body).toMatchObject({ username: fields.username, full_name: 'Amina Otieno' })
    expect(registered.body.recovery_codes).toHaveLength(10)
    expect(registered.body).not.toHaveProperty('user_secret')
    const login = await signInWithPasskey(server.client, authenticator)
    expect(login.body.user.id).toBe(registered.body.id)
  })

  it('takes the fields again in the second step, and no others', async () => {
    const { fields, given } = await begin()
    const other = await server.client.post(path, { ...given, username: 'someone-else' })
    expect(other.status).toBe(422)
    expect((await server.client.post(path, { ...given, ...fields })).status).toBe(201)
  })

  it('stores nothing before the second step', async () => {
    const { fields } = await begin()
    const stored = await server.services.db
      .selectFrom('accounts')
      .select('id')
      .where('username', '=', fields.username)
      .execute()
    expect(stored).toEqual([])
  })

  it('A01, A07: gives a name once, and takes no field that a registration does not have', async () => {
    const first = await begin()
    const second = await server.client.post(path, first.fields)
    expect(second.status).toBe(200)
    expect((await server.client.post(path, first.given)).status).toBe(201)
    const response = newAuthenticator().create(second.body.public_key)
    const late = await server.client.post(path, { flow: second.body.flow, response })
    expect(late.body.code).toBe('username_taken')
    expect((await server.client.post(path, first.fields)).body.code).toBe('username_taken')
    expect((await server.client.post(path, { username: 'x-1', roles: ['admin'] })).status).toBe(422)
    expect((await server.client.post(path, { username: 'x-1', password: 'no field here' })).status).toBe(422)
  })

  it('A99: takes the answer to each options once, unless the request is repeated with its key', async () => {
    const { given } = await begin()
    const headers = { 'idempotency-key': randomUUID() }
    const answers = [
      await server.client.post(path, given, { headers }),
      await server.client.post(path, given, { headers }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([201, 201])
    expect(answers[0]?.body).toEqual(answers[1]?.body)
    expect((await server.client.post(path, given)).body.code).toBe('passkey_refused')
  })

  it('A99: takes no flow of another purpose, none that was changed, and none after five minutes', async () => {
    const { given } = await begin()
    const { body: signIn } = await server.client.post('/v1/auth/passkey/options', {})
    const [, sealed] = String(given.flow).split('~')
    for (const flow of [signIn.flow, `${signIn.flow}~${sealed}`, `${given.flow}x`, 'x', ''])
      expect((await server.client.post(path, { ...given, flow })).body.code).toBe('passkey_refused')
    server.clock.advance(300)
    expect((await server.client.post(path, given)).body.code).toBe('passkey_refused')
  })
})

describe('registration with a passkey', () => {
  it.each([
    ['is closed', { PROXIMA_REGISTRATION: 'closed' }],
    ['has strict privacy', { PROXIMA_PRIVACY: 'strict' }],
  ])('is refused if the server %s', async (_name, env) => {
    const [engine] = engines
    if (engine === undefined) throw new Error('no engine')
    const server = await startTestServer(engine, { env: { ...env, ...passkeyEnv } })
    try {
      expect((await server.client.post(path, { username: 'amina' })).body.code).toBe('forbidden')
    } finally {
      await server.close()
    }
  })
})
