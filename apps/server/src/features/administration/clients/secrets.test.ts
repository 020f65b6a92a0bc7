import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { basic, type ClientAnswer, newSigningKey, postForm } from '../../../../tests/support/oauth.ts'
import { newAdministrator, personWith } from '../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { newId } from '../../../platform/kernel/ids.ts'

const secretForm = /^pxc_[0-9A-Za-z]{36}$/

describe.each(engines)('the secrets of clients on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let admin: string
  beforeAll(async () => {
    server = await startTestServer(engine, { clock: FrozenClock.atWholeSecond() })
    services = openServices(server)
    admin = (await newAdministrator(server.client, services)).token
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const create = (
    fields: object,
    token = admin,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ClientAnswer> =>
    server.client.post('/v1/clients', { client_name: 'Reports', ...fields }, { token, headers })
  const call = (method: string, path: string, body?: object, token = admin): Promise<ClientAnswer> =>
    server.client.send(method, `/v1/clients${path}`, body && JSON.stringify(body), { token })
  const tokenStatus = async (id: string, secret: string) => {
    const authorization = basic({ id, secret })
    const form = { grant_type: 'client_credentials' }
    return (await postForm(server.client, '/oauth/token', form, { authorization })).status
  }

  it('lets one secret replace another without an interruption', async () => {
    const { body } = await create({})
    const first = body.client_secret
    const added = await call('POST', `/${body.id}/secrets`)
    expect([added.status, added.body]).toEqual([
      201,
      {
        id: expect.any(String),
        client_secret: expect.stringMatching(secretForm),
        created_at: expect.any(String),
      },
    ])
    const third = await call('POST', `/${body.id}/secrets`)
    expect([third.status, third.body.code]).toEqual([409, 'too_many_secrets'])
    for (const secret of [first, added.body.client_secret])
      expect(await tokenStatus(body.id, secret)).toBe(200)
    const [oldest] = (await call('GET', `/${body.id}`)).body.secrets
    expect((await call('DELETE', `/${body.id}/secrets/${oldest?.id}`)).status).toBe(204)
    expect(await tokenStatus(body.id, first)).toBe(401)
    expect(await tokenStatus(body.id, added.body.client_secret)).toBe(200)
  })

  it('I6: shows a secret again only to someone who may still have one', async () => {
    const keeper = await personWith(server.client, services, ['clients:read', 'clients:write'])
    const creation = { 'idempotency-key': newId() }
    const { body } = await create({}, keeper.token, creation)
    expect((await create({}, keeper.token, creation)).body).toEqual(body)
    const add = (key: string): Promise<ClientAnswer> =>
      server.client.send('POST', `/v1/clients/${body.id}/secrets`, undefined, {
        token: keeper.token,
        headers: { 'idempotency-key': key },
      })
    const key = newId()
    const first = await add(key)
    expect([first.status, (await add(key)).body]).toEqual([201, first.body])
    expect((await call('GET', `/${body.id}`)).body.secrets).toHaveLength(2)
    expect((await add(newId())).body.code).toBe('too_many_secrets')
    await services.roleAssignment.add(body.service_account_id, 'admin')
    expect([(await add(key)).status, (await add(newId())).status]).toEqual([403, 403])
    expect((await create({}, keeper.token, creation)).status).toBe(403)
    expect((await call('DELETE', `/${body.id}`)).status).toBe(204)
    expect([(await add(key)).status, (await add(newId())).status]).toEqual([404, 404])
    expect((await create({}, keeper.token, creation)).status).toBe(404)
  })

  it('I12: adds one secret if the same request arrives several times at once', async () => {
    const { body } = await create({})
    const headers = { 'idempotency-key': newId() }
    const path = `/v1/clients/${body.id}/secrets`
    const add = () => server.client.send('POST', path, undefined, { token: admin, headers })
    const answers = await Promise.all(Array.from({ length: 10 }, add))
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(answers[0]?.status).toBe(201)
    expect((await call('GET', `/${body.id}`)).body.secrets).toHaveLength(2)
  })

  it('I2: deletes the secrets of a client that no longer uses any', async () => {
    const { body } = await create({})
    const keys = {
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [newSigningKey('ES256').jwk] },
    }
    expect((await call('PATCH', `/${body.id}`, keys)).status).toBe(200)
    expect((await call('GET', `/${body.id}`)).body.secrets).toEqual([])
    const secret = await call('POST', `/${body.id}/secrets`)
    expect([secret.status, secret.body.code]).toEqual([409, 'no_secrets_needed'])
    const back = { token_endpoint_auth_method: 'client_secret_basic' }
    expect((await call('PATCH', `/${body.id}`, back)).body.jwks).toBeNull()
    expect(await tokenStatus(body.id, body.client_secret)).toBe(401)
  })
})
