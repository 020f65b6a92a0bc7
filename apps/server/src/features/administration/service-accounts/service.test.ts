import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { password } from '../../../../tests/support/password.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'

describe.each(engines)('a service account on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  beforeAll(async () => {
    server = await startTestServer(engine)
    services = openServices(server)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const create = (name = 'Billing') => services.serviceAccounts.create(name, noRequest)

  it('has a name, and nothing with which anyone could sign in', async () => {
    const { id } = await create('Billing of 2026')
    const account = await services.accounts.get(services.db, id)
    expect(account).toMatchObject({ kind: 'service', fullName: 'Billing of 2026', status: 'active' })
    expect(account).toMatchObject({ username: null, email: null, phoneNumber: null })
    expect(await services.passwords.has(services.db, id)).toBe(false)
    expect(await services.userSecrets.createdAt(id)).toBeNull()
  })

  it('may have the name of another, but not a blank one', async () => {
    expect((await create('Twin')).id).not.toBe((await create('Twin')).id)
    for (const name of ['', ' ', '\u200b', 'a\u0000b', 'x'.repeat(201)])
      await expect(create(name), name).rejects.toMatchObject({ problem: { code: 'validation_failed' } })
  })

  it('gets neither a password nor a user secret, whatever an operator tries', async () => {
    const { id } = await create()
    const refused = { problem: { code: 'service_account' } }
    await expect(services.credentialReset.setPassword(id, password)).rejects.toMatchObject(refused)
    await expect(services.credentialReset.renewSecret(id)).rejects.toMatchObject(refused)
    expect(await services.passwords.has(services.db, id)).toBe(false)
    expect(await services.userSecrets.createdAt(id)).toBeNull()
  })

  it('A35: cannot be signed in to, even if a secret of it were stored', async () => {
    const { id } = await create()
    const secret = await services.userSecrets.create(services.db, id)
    const { status, body } = await server.client.post('/v1/auth/token', { user_secret: secret })
    expect([status, body.code]).toEqual([401, 'invalid_credentials'])
    const wrong = await server.client.post('/v1/auth/token', { user_secret: `pxu_${'x'.repeat(43)}` })
    expect({ ...body, request_id: '' }).toEqual({ ...wrong.body, request_id: '' })
  })

  it('is named by its id only, and gets no code to recover it', async () => {
    const { id } = await create('reporting')
    for (const typed of ['reporting', id])
      expect((await services.identifiers.lookUp(typed)).account, typed).toBeNull()
    expect(await services.recoveryRequests.startFor(id)).toBeNull()
  })

  it('is listed apart from people', async () => {
    const { id } = await create()
    const { body: person } = await server.client.register({ username: 'amina' })
    const idsOf = async (kind: 'person' | 'service'): Promise<AccountId[]> =>
      (await services.accounts.list(services.db, { kind, after: null, limit: 100 })).map((each) => each.id)
    expect(await idsOf('person')).toEqual([person.id])
    expect(await idsOf('service')).toContain(id)
    expect(await idsOf('service')).not.toContain(person.id)
  })
})
