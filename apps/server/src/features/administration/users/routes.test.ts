import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { newPerson, type Person, signInWith } from '../../../../tests/support/people.ts'
import { newAdministrator, personWith } from '../../../../tests/support/roles.ts'
import { codeSentTo, messagesTo } from '../../../../tests/support/sent-codes.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

describe.each(engines)('an administrator by HTTP on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let admin: Person
  let count = 0
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_ACCESS_TOKEN_TTL_SECONDS: '3600' } })
    services = openServices(server)
    admin = await newAdministrator(server.client, services)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const call = (method: string, path: string, body?: object, { token } = admin) =>
    server.client.send(method, `/v1/users/${path}`, body && JSON.stringify(body), { token })

  const signIn = (user_secret: string) => server.client.post('/v1/auth/token', { user_secret })

  async function reachable(): Promise<Person & { readonly email: string }> {
    count += 1
    const email = `person-${count}@example.com`
    const person = await newPerson(server.client, { username: `person-${count}`, email })
    await services.contactMarking.markVerified(person.id, 'email')
    return { ...person, email }
  }

  async function eventsOf(id: AccountId) {
    const events = services.db
      .selectFrom('audit_events')
      .selectAll()
      .where('account_id', '=', id)
      .orderBy('id')
    return await events.execute()
  }

  it('suspends with a reason and an end, and the suspension ends by itself on time', async () => {
    const person = await newPerson(server.client)
    const endsAt = new Date(server.clock.now().getTime() + 60_000).toISOString()
    const { status, body } = await call('POST', `${person.id}/suspension`, {
      reason: 'Chargeback',
      ends_at: endsAt,
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 'suspended', suspension: { reason: 'Chargeback', ends_at: endsAt } })
    expect((await server.client.me(person.token)).status).toBe(401)
    expect((await signIn(person.secret)).body.code).toBe('invalid_credentials')
    server.clock.advance(59)
    expect(await services.administration.liftEnded()).toEqual(new Date(endsAt))
    expect((await signIn(person.secret)).status).toBe(401)
    server.clock.advance(1)
    expect(await services.administration.liftEnded()).toBeNull()
    expect((await signIn(person.secret)).status).toBe(200)
    expect((await server.client.me(person.token)).status).toBe(401)
    const shown = await call('GET', person.id)
    expect(shown.body).toMatchObject({ status: 'active', suspension: null })
  })

  it('replaces the reason and the end of a suspension, and lifts it', async () => {
    const person = await newPerson(server.client)
    const soon = new Date(server.clock.now().getTime() + 1_000).toISOString()
    await call('POST', `${person.id}/suspension`, { ends_at: soon })
    await call('POST', `${person.id}/suspension`, { reason: 'Longer' })
    server.clock.advance(2)
    await services.administration.liftEnded()
    expect((await call('GET', person.id)).body.suspension).toMatchObject({ reason: 'Longer', ends_at: null })
    for (let time = 0; time < 2; time++)
      expect((await call('DELETE', `${person.id}/suspension`)).status).toBe(204)
    expect((await signIn(person.secret)).status).toBe(200)
    const lifted = (await eventsOf(person.id)).filter(({ action }) => action === 'activation')
    expect(lifted).toHaveLength(1)
  })

  it('cannot suspend until a time that is over, nor with an unknown field', async () => {
    const person = await newPerson(server.client)
    const unprintable = await call('POST', `${person.id}/suspension`, { reason: 'a\u0000b' })
    expect([unprintable.status, unprintable.body.errors[0].pointer]).toEqual([422, '/reason'])
    const past = await call('POST', `${person.id}/suspension`, { ends_at: '2001-01-01T00:00:00.000Z' })
    expect(past.body.errors).toMatchObject([{ pointer: '/ends_at', code: 'not_in_the_future' }])
    expect((await call('POST', `${person.id}/suspension`, { until: 'x' })).status).toBe(422)
    expect((await call('GET', person.id)).body.status).toBe('active')
  })

  it('deletes like the owner, who is notified, and restores within the grace period', async () => {
    const person = await reachable()
    const { status, body } = await call('DELETE', person.id)
    expect([status, body.status]).toEqual([202, 'pending'])
    expect((await signIn(person.secret)).status).toBe(401)
    expect((await messagesTo(server.client, person.email))[0]?.template).toBe('account_deleted')
    expect((await call('DELETE', person.id)).body.code).toBe('already_deleted')
    const restored = await call('POST', `${person.id}/restoration`)
    expect([restored.status, restored.body.status]).toEqual([200, 'active'])
    expect((await messagesTo(server.client, person.email))[0]?.template).toBe('account_reinstated')
    expect((await signIn(person.secret)).status).toBe(200)
    expect((await call('POST', `${person.id}/restoration`)).body.code).toBe('not_restorable')
    const receipt = await server.client.get(`/v1/auth/deletions/${body.receipt}`)
    expect(receipt.body.status).toBe('restored')
  })

  it('erases at once on request, and the receipt says so', async () => {
    const person = await newPerson(server.client)
    const { status, body } = await call('DELETE', `${person.id}?immediately=true`)
    expect(status).toBe(200)
    expect((await call('GET', person.id)).status).toBe(404)
    expect((await server.client.get(`/v1/auth/deletions/${body.receipt}`)).body.status).toBe('erased')
  })

  it('I2: deletes a suspended account, whose owner cannot end the suspension by restoring it', async () => {
    const person = await newPerson(server.client)
    await call('POST', `${person.id}/suspension`, {})
    expect((await call('DELETE', person.id)).status).toBe(202)
    const restored = await server.client.post('/v1/auth/restore', { user_secret: person.secret })
    expect(restored.status).toBe(401)
    expect((await call('POST', `${person.id}/restoration`)).body.status).toBe('suspended')
  })

  it('lists and ends sessions of someone else, and of no one else', async () => {
    const [person, other] = [await newPerson(server.client), await newPerson(server.client)]
    const { body } = await call('GET', `${person.id}/sessions`)
    expect(body.data).toMatchObject([{ id: person.sessionId, current: false }])
    expect((await call('DELETE', `${person.id}/sessions/${other.sessionId}`)).status).toBe(404)
    expect((await server.client.me(other.token)).status).toBe(200)
    expect((await call('DELETE', `${person.id}/sessions/${person.sessionId}`)).status).toBe(204)
    expect((await server.client.me(person.token)).status).toBe(401)
    expect((await call('DELETE', `${other.id}/sessions`)).status).toBe(204)
    expect((await server.client.me(other.token)).status).toBe(401)
  })

  it('starts a recovery, whose code only the owner gets', async () => {
    const person = await reachable()
    const { status, body, text } = await call('POST', `${person.id}/recovery`)
    expect([status, body]).toEqual([202, { channel: 'email' }])
    const code = await codeSentTo(server.client, person.email)
    expect(text).not.toContain(code)
    const verified = await server.client.post('/v1/auth/recovery/verify', { identifier: person.email, code })
    expect(verified.status).toBe(200)
  })

  it('asks an owner to confirm a contact', async () => {
    const email = 'unconfirmed@example.com'
    const person = await newPerson(server.client, { email })
    expect((await call('POST', `${person.id}/verification`, { channel: 'email' })).status).toBe(202)
    const code = await codeSentTo(server.client, email)
    const confirm = { channel: 'email', code }
    expect((await server.client.post('/v1/me/verification/confirm', confirm, person)).status).toBe(200)
    const again = await call('POST', `${person.id}/verification`, { channel: 'email' })
    expect(again.body.errors).toMatchObject([{ code: 'already_verified' }])
    const missing = await call('POST', `${person.id}/verification`, { channel: 'phone_number' })
    expect(missing.body.errors).toMatchObject([{ code: 'contact_missing' }])
  })

  const acts: [string, string, object | undefined][] = [
    ['DELETE', '', undefined],
    ['DELETE', '?immediately=true', undefined],
    ['POST', '/suspension', {}],
    ['DELETE', '/suspension', undefined],
    ['POST', '/restoration', undefined],
    ['DELETE', '/sessions', undefined],
    ['POST', '/recovery', undefined],
    ['POST', '/verification', { channel: 'email' }],
    ['POST', '/invitation', undefined],
    ['PATCH', '', { full_name: 'X' }],
  ]

  it.each(acts)('must not %s %s someone who may do more', async (method, path, body) => {
    const lead = await personWith(server.client, services, ['users:write', 'users:delete', 'users:read'])
    const before = await call('GET', admin.id)
    const refused = await call(method, `${admin.id}${path}`, body, lead)
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden'])
    expect((await call('GET', admin.id)).body).toEqual(before.body)
    expect((await server.client.me(admin.token)).status).toBe(200)
  })

  it.each(acts)(
    'A33: gets the same answer to %s %s for every id that is no account',
    async (method, path, body) => {
      const answers = new Set<string>()
      for (const id of ['1', '-1', 'x'.repeat(100), '%00', '01a1fc40-74e8-7c52-9a0f-3d5b8e6f7a10']) {
        const answer = await call(method, `${id}${path}`, body)
        answers.add(JSON.stringify([answer.status, answer.body.code]))
      }
      expect([...answers]).toEqual(['[404,"not_found"]'])
    },
  )

  it.each(acts)('needs a permission for %s %s', async (method, path, body) => {
    const person = await newPerson(server.client)
    const reader = await personWith(server.client, services, ['users:read', 'audit:read', 'roles:write'])
    for (const caller of [person, reader]) {
      const refused = await call(method, `${person.id}${path}`, body, caller)
      expect([refused.status, refused.body.code]).toEqual([403, 'forbidden'])
    }
  })

  it('needs a recent sign-in for what is dangerous', async () => {
    const other = await newAdministrator(server.client, services)
    const person = await newPerson(server.client)
    server.clock.advance(700)
    for (const [method, path, body] of [
      ['DELETE', '', undefined],
      ['POST', '/suspension', {}],
      ['PATCH', '', { email: 'taken-over@example.com' }],
      ['PATCH', '', { username: 'taken-over' }],
      ['POST', '/merge', { source_id: other.id, dry_run: false }],
    ] as const) {
      const refused = await call(method, `${person.id}${path}`, body, other)
      expect([refused.status, refused.body.code], path).toEqual([403, 'step_up_required'])
    }
    expect((await call('PATCH', person.id, { full_name: 'Fine' }, other)).status).toBe(200)
    admin = { ...admin, ...(await signInWith(server.client, admin.secret)) }
  })

  it('keeps the last administrator', async () => {
    const holders = await services.db
      .selectFrom('account_roles')
      .select('account_id')
      .where('role', '=', 'admin')
      .execute()
    const last = await newAdministrator(server.client, services)
    for (const { account_id: id } of holders) if (id !== last.id) await services.administration.suspend(id)
    for (const [method, path] of [
      ['DELETE', ''],
      ['DELETE', '?immediately=true'],
      ['POST', '/suspension'],
    ] as const) {
      const refused = await call(method, `${last.id}${path}`, method === 'POST' ? {} : undefined, last)
      expect([refused.status, refused.body.code], path).toEqual([409, 'last_administrator'])
    }
    for (const { account_id: id } of holders) await services.administration.activate(id)
    admin = { ...admin, ...(await signInWith(server.client, admin.secret)) }
  })

  it('leaves an event with the actor and the values before and after', async () => {
    const person = await reachable()
    await call('POST', `${person.id}/suspension`, { reason: 'Spam' })
    const [event] = (await eventsOf(person.id)).filter(({ action }) => action === 'suspension')
    expect(JSON.stringify(event)).toContain(admin.id)
    const events = await services.audit.list(services.db, person.id, { after: null, limit: 100 })
    const suspension = events.find(({ action }) => action === 'suspension')
    expect(suspension).toMatchObject({
      actorId: admin.id,
      changes: {
        before: { status: 'active' },
        after: { status: 'suspended', reason: 'Spam', ends_at: null },
      },
    })
  })
})
