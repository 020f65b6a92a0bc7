import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { basic, type ClientAnswer, newSigningKey, postForm } from '../../../../tests/support/oauth.ts'
import { newAdministrator } from '../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

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
