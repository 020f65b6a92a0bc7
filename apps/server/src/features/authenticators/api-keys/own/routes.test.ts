import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { giveRole, type MadeKey, newApiKey } from '../../../../../tests/support/api-keys.ts'
import { changeContact } from '../../../../../tests/support/contact-changes.ts'
import { engines } from '../../../../../tests/support/engines.ts'
import { loginWith, newPerson, type Person } from '../../../../../tests/support/people.ts'
import { recoveryTokenFor } from '../../../../../tests/support/recovery.ts'
import { type OwnServices, openServices } from '../../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'
import { pressUndo, undoTokenSentTo } from '../../../../../tests/support/undo.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'

const path = '/v1/me/api-keys'

describe.each(engines)('the API keys of a person on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let amina: Person
  beforeAll(async () => {
    server = await startTestServer(engine)
    services = openServices(server)
  })
  beforeEach(async () => {
    amina = await newPerson(server.client)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const remove = (id: string, token = amina.token) =>
    server.client.send('DELETE', `${path}/${id}`, undefined, { token })

  it('are shown once, kept as a digest, and listed newest first without their secret', async () => {
    const { client } = server
    const person = await newPerson(client)
    const { status, body: first } = await client.post(
      path,
      { name: 'Backup', allowed_networks: ['192.0.2.0/24', '2001:DB8::/32'] },
      { token: person.token },
    )
    expect(status).toBe(201)
    const { key, ...shown } = first
    expect(key).toMatch(/^pxk_[0-9A-Za-z]{36}$/)
    expect(shown).toMatchObject({
      name: 'Backup',
      permissions: [],
      allowed_networks: ['192.0.2.0/24', '2001:db8::/32'],
      last_used_at: null,
    })
    const second = await newApiKey(client, person.token, { name: 'Report' })
    const pages = [await client.get(`${path}?limit=1`, { token: person.token })]
    const cursor = String(pages[0]?.body.next_cursor)
    pages.push(await client.get(`${path}?limit=1&cursor=${cursor}`, { token: person.token }))
    expect(pages.map(({ body }) => String(body.data[0].id))).toEqual([second.id, first.id])
    expect(pages[1]?.body).toEqual({ data: [shown], next_cursor: null })
    const forged = await client.get(`${path}?cursor=${cursor}x`, { token: person.token })
    expect([forged.status, forged.body.code]).toEqual([422, 'validation_failed'])
  })

  it('identify their owner, without what only the owner may see', async () => {
    const { client } = server
    await client.patch('/v1/me', { full_name: 'Amina O', address: 'A street', national_id: '1' }, amina)
    const { key } = await newApiKey(client, amina.token)
    const { status, body } = await client.me(key)
    expect(status).toBe(200)
    expect(body).toMatchObject({ id: amina.id, full_name: 'Amina O', address: null, national_id: null })
    expect((await client.me(amina.token)).body).toMatchObject({ address: 'A street', national_id: '1' })
  })

  it('I8: need a recent sign-in to be made, replaced or changed, but not to be revoked', async () => {
    const { client, clock } = server
    const { token, secret } = await newPerson(client)
    const { id } = await newApiKey(client, token)
    clock.advance(601)
    const calls = [
      await client.post(path, { name: 'x' }, { token }),
      await client.post(`${path}/${id}/rotation`, {}, { token }),
      await client.patch(`${path}/${id}`, { name: 'x' }, { token }),
    ]
    for (const { status, body } of calls) expect([status, body.code]).toEqual([403, 'step_up_required'])
    const fresh = (await loginWith(client, secret)).access_token
    expect((await client.patch(`${path}/${id}`, { name: 'x' }, { token: fresh })).body.name).toBe('x')
    expect((await remove(id, token)).status).toBe(204)
  })

  it('I6: allow no more than their owner may do', async () => {
    const { client } = server
    const { id, token } = await newPerson(client)
    await giveRole(services.db, id, ['users:read'])
    const body = { name: 'x', permissions: ['users:read', 'users:write'] }
    const tooWide = await client.post(path, body, { token })
    expect([tooWide.status, tooWide.body.errors]).toEqual([
      422,
      [expect.objectContaining({ pointer: '/permissions/1', code: 'permission_not_held' })],
    ])
    const made = await newApiKey(client, token, { permissions: ['users:read'] })
    const list = (credential: string) => client.get('/v1/service-accounts', { token: credential })
    expect((await list(made.key)).status).toBe(200)
    const without = await newApiKey(client, token)
    expect((await list(without.key)).body.code).toBe('forbidden')
    await services.db.deleteFrom('account_roles').where('account_id', '=', id).execute()
    expect((await list(made.key)).body.code).toBe('forbidden')
  })

  it('stop working at once when they are revoked, and are gone for their owner', async () => {
    const { client } = server
    const { id, key } = await newApiKey(client, amina.token)
    expect((await client.me(key)).status).toBe(200)
    expect((await remove(id)).status).toBe(204)
    const { status, body, headers } = await client.me(key)
    expect([status, body.code]).toEqual([401, 'invalid_token'])
    expect(headers.get('www-authenticate')).toContain('error="invalid_token"')
    expect((await remove(id)).status).toBe(404)
    const { body: page } = await client.get(`${path}?limit=100`, amina)
    expect((page.data as { id: string }[]).map((each) => each.id)).not.toContain(id)
  })

  it('are replaced without an interruption', async () => {
    const { client, clock } = server
    const { token } = await newPerson(client)
    const former = await newApiKey(client, token, { name: 'Report' })
    const { status, body: next } = await client.send('POST', `${path}/${former.id}/rotation`, undefined, {
      token,
    })
    expect([status, next.name]).toEqual([201, 'Report'])
    for (const { key } of [former, next as MadeKey]) expect((await client.me(key)).status).toBe(200)
    clock.advance(86_400)
    expect((await client.me(former.key)).status).toBe(401)
    expect((await client.me(String(next.key))).status).toBe(200)
    clock.advance(-86_400)
  })

  it('I13: are rotated once, so that repeated calls make no further keys and do not lengthen the old one', async () => {
    const { client } = server
    const { token } = await newPerson(client)
    const former = await newApiKey(client, token)
    const rotate = (id: string, fields = {}) => client.post(`${path}/${id}/rotation`, fields, { token })
    const { body: second } = await rotate(former.id, { overlap_seconds: 60 })
    for (const overlap_seconds of [0, 604_800]) {
      const { status, body } = await rotate(former.id, { overlap_seconds })
      expect([status, body.code]).toEqual([409, 'already_rotated'])
    }
    const listed = (await client.get(path, { token })).body.data
    expect(listed).toMatchObject([
      { id: second.id, replaced_by: null },
      { id: former.id, replaced_by: second.id },
    ])
    expect((await client.me(former.key)).status).toBe(200)
    // Someone who lost the new secret starts again.
    expect((await remove(String(second.id), token)).status).toBe(204)
    expect((await rotate(former.id)).status).toBe(201)
  })

  it('A33: of others are not found, whatever the call', async () => {
    const { client } = server
    const { id } = await newApiKey(client, amina.token)
    const { token } = await newPerson(client)
    for (const named of [id, 'no-id', '00000000-0000-7000-8000-000000000000']) {
      const answers = [
        await client.patch(`${path}/${named}`, { name: 'mine' }, { token }),
        await client.post(`${path}/${named}/rotation`, {}, { token }),
        await remove(named, token),
      ]
      for (const { status, body } of answers) expect([status, body.code], named).toEqual([404, 'not_found'])
    }
  })

  it('are made once for one Idempotency-Key, and the secret is shown again to its owner only', async () => {
    const { client } = server
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const make = (token: string, name = 'once') => client.post(path, { name }, { token, headers })
    const [first, again] = [await make(amina.token), await make(amina.token)]
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body])
    expect((await make(amina.token, 'other')).status).toBe(422)
    expect((await make((await newPerson(client)).token)).status).toBe(422)
    const rotate = () =>
      client.post(`${path}/${first.body.id}/rotation`, {}, { token: amina.token, headers: other })
    const other = { 'idempotency-key': crypto.randomUUID() }
    expect((await rotate()).body).toEqual((await rotate()).body)
  })

  it('name every wrong field at once', async () => {
    const body = {
      name: ' ',
      permissions: 'all',
      allowed_networks: ['192.0.2.7/24', 'x'],
      expires_at: 1,
      admin: true,
    }
    const { status, body: problem } = await server.client.post(path, body, amina)
    expect(status).toBe(422)
    const pointers = (problem.errors as { pointer: string }[]).map(({ pointer }) => pointer)
    expect(pointers.sort()).toEqual([
      '/admin',
      '/allowed_networks/0',
      '/allowed_networks/1',
      '/expires_at',
      '/name',
      '/permissions',
    ])
  })

  it('A61: are read from the Authorization header only', async () => {
    const { key } = await newApiKey(server.client, amina.token)
    for (const query of ['access_token', 'api_key', 'key', 'token', 'authorization'])
      expect((await server.client.get(`/v1/me?${query}=${key}`)).status, query).not.toBe(200)
    for (const headers of [
      { 'x-api-key': key },
      { cookie: `__Host-proxima=${key}` },
      { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` },
      { authorization: key },
    ])
      expect((await server.client.get('/v1/me', { headers })).status, JSON.stringify(headers)).toBe(401)
  })

  it('A09: no longer work after an operator gave the account a new password or secret', async () => {
    const { client } = server
    const resets = [
      (id: AccountId): Promise<unknown> => services.credentialReset.setPassword(id, 'seven green buses sing'),
      (id: AccountId) => services.credentialReset.renewSecret(id),
    ]
    for (const reset of resets) {
      const { id, token } = await newPerson(client)
      const { key } = await newApiKey(client, token)
      await reset(id)
      expect((await client.me(key)).status).toBe(401)
    }
  })

  it('A09: no longer work after the owner has recovered the account', async () => {
    const { client } = server
    const email = 'gathoni@example.com'
    const { token } = await newPerson(client, { email })
    const { key } = await newApiKey(client, token)
    const recovery_token = await recoveryTokenFor(client, email)
    const body = { recovery_token, new_password: 'seven green buses sing' }
    expect((await client.post('/v1/auth/recovery/reset', body)).status).toBe(204)
    expect((await client.me(key)).status).toBe(401)
  })

  it('A09: no longer work after the owner has undone a change of a contact', async () => {
    const { client } = server
    const { token } = await newPerson(client)
    await changeContact(client, token, { email: 'hadiya@example.com' })
    await changeContact(client, token, { email: 'thief@example.com' })
    const { key } = await newApiKey(client, token)
    await pressUndo(server, await undoTokenSentTo(client, 'hadiya@example.com'))
    expect((await client.me(key)).status).toBe(401)
  })

  it('are announced to their owner', async () => {
    const { client } = server
    const email = 'farida@example.com'
    const { token } = await newPerson(client, { username: 'farida', email })
    await newApiKey(client, token, { name: 'Evil <b>name</b>' })
    const { rows } = await messagesOf(services)
    expect(rows).toContain('api_key_created')
  })
})

async function messagesOf({ db }: OwnServices) {
  const rows = await db.selectFrom('messages').select('template').execute()
  return { rows: rows.map(({ template }) => template) }
}
