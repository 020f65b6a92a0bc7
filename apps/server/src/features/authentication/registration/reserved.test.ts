import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import { reservedUsernames } from '../../users/accounts/identifiers/reserved-usernames.ts'
import { parseUsername } from '../../users/accounts/identifiers/username.ts'

describe.each(engines)('a reserved username on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  beforeAll(async () => {
    const env = { PROXIMA_RESERVED_USERNAMES: 'Acme,acme-support' }
    server = await startTestServer(engine, { env })
    services = openServices(server)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const reasonAgainst = async (username: string) => {
    const query = new URLSearchParams({ username }).toString()
    return (await server.client.get(`/v1/auth/availability?${query}`)).body.reason as unknown
  }

  it.each([
    'admin',
    'ADMIN',
    'ａｄｍｉｎ',
    'r00t',
    'supp0rt',
    'ꓢꓴꓑꓑꓳꓣꓔ',
    'postmaster',
    'acme',
    'ACME-Support',
    'acrne',
    'admin_',
    'Support.-',
  ])(
    'A16, A17: %s is refused at registration, in the availability check and as a new name',
    async (username) => {
      const answer = await server.client.register({ username, email: 'malformed' })
      expect(answer.status).toBe(422)
      expect(answer.body.errors).toMatchObject([
        { pointer: '/username', code: 'username_reserved' },
        { pointer: '/email', code: 'email_malformed' },
      ])
      expect(await reasonAgainst(username)).toBe('username_reserved')
      const renamed = await server.client.put('/v1/me/username', { username }, await newPerson(server.client))
      expect(renamed.status).toBe(422)
      expect(renamed.body.errors).toMatchObject([{ pointer: '/username', code: 'username_reserved' }])
    },
  )

  it.each(['admin1', 'the-admin', 'rooted', 'acme2', 'amina', 'juma'])(
    '%s is another name',
    async (username) => {
      expect(await reasonAgainst(username)).toBeNull()
      expect((await server.client.register({ username })).status).toBe(201)
    },
  )

  it('can be given by an administrator, and its owner can write it in another way', async () => {
    const source = { context: noRequest, idempotencyKey: null, byAdministrator: true }
    const created = await services.registration.create({ username: 'support' }, source)
    const { body } = await server.client.post('/v1/auth/token', { user_secret: created.userSecret })
    const token = String(body.access_token)
    const rename = (username: string) => server.client.put('/v1/me/username', { username }, { token })
    expect((await rename('Support')).body.username).toBe('Support')
    expect((await rename('admin')).status).toBe(422)
    expect(await reasonAgainst('support')).toBe('username_taken')
  })

  it('is itself a username that the rules accept', () => {
    for (const name of reservedUsernames) expect(parseUsername(name).ok, name).toBe(true)
  })
})
