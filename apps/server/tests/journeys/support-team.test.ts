import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AccountId } from '../../src/platform/kernel/ids.ts'
import type { Permission } from '../../src/platform/kernel/permission.ts'
import { sqlite } from '../support/engines.ts'
import { type NewPerson, newPerson, type Person } from '../support/people.ts'
import { newAdministrator, newRole, personWith } from '../support/roles.ts'
import { codeSentTo, linkTokenSentTo } from '../support/sent-codes.ts'
import { type OwnServices, openServices } from '../support/services.ts'
import type { Answer } from '../support/test-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const patient = { timeout: 20_000, interval: 20 }

/** What the agent of the day may do. A colleague of theirs lacks one of these. */
const ofAgents = [
  'audit:read',
  'roles:read',
  'roles:write',
  'users:delete',
  'users:export',
  'users:read',
  'users:write',
] as const satisfies readonly Permission[]
type OfAgents = (typeof ofAgents)[number]

interface Call {
  readonly method: string
  readonly path: string
  readonly body?: object
}

/** Each step begins with a colleague who lacks the permission for it, and ends with what the audit trail says. */
describe('a day of the support team', () => {
  let server: TestServer
  let services: OwnServices
  let agent: Person
  let amina: NewPerson
  const colleagues = new Map<OfAgents, Person>()
  const phone = '+254712345678'
  beforeAll(async () => {
    server = await startTestServer(sqlite)
    services = openServices(server)
    agent = await personWith(server.client, services, ofAgents)
    for (const lacking of ofAgents) {
      const others = ofAgents.filter((permission) => permission !== lacking)
      colleagues.set(lacking, await personWith(server.client, services, others))
    }
    amina = await newPerson(server.client, { phone_number: phone, full_name: 'Amina Odhiambo' })
    await newPerson(server.client, { phone_number: '+254799000111' })
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const send = ({ method, path, body }: Call, { token }: Pick<Person, 'token'> = agent): Promise<Answer> =>
    server.client.send(method, path, body && JSON.stringify(body), { token })

  /** The colleague is refused, and the trail says by which permission; then the agent calls. */
  async function step(permission: OfAgents, call: Call): Promise<Answer> {
    const colleague = colleagues.get(permission)
    if (colleague === undefined) throw new Error(`no colleague lacks ${permission}`)
    const refused = await send(call, colleague)
    expect([refused.status, refused.body.code], call.path).toEqual([403, 'forbidden'])
    const asked = await eventsOf(`request_id=${refused.body.request_id}`)
    expect(asked).toMatchObject([
      {
        action: 'request_refusal',
        outcome: 'failure',
        actor_id: colleague.id,
        reason: `forbidden:${permission}`,
      },
    ])
    return await send(call)
  }

  /** The refusal of a call is recorded shortly after its answer. */
  async function eventsOf(query: string): Promise<readonly object[]> {
    const read = async () =>
      (await send({ method: 'GET', path: `/v1/audit-events?${query}` })).body.data as readonly object[]
    await expect.poll(read, patient).not.toEqual([])
    return await read()
  }

  /** The newest event of this action about the account, which the agent has caused. */
  async function recorded(action: string, id: string): Promise<object | undefined> {
    return (await eventsOf(`action=${action}&account_id=${id}&actor_id=${agent.id}`))[0]
  }

  it('begins with a call: who is this number?', async () => {
    const found = await step('users:read', {
      method: 'GET',
      path: `/v1/users?q=${encodeURIComponent('+2547123')}`,
    })
    expect(found.body.data).toMatchObject([{ id: amina.id, phone_number: phone }])
    const shown = await step('users:read', { method: 'GET', path: `/v1/users/${amina.id}` })
    expect(shown.body).not.toHaveProperty('national_id')
  })

  it('looks at her sessions, and at why she was refused', async () => {
    const sessions = await step('users:read', { method: 'GET', path: `/v1/users/${amina.id}/sessions` })
    expect(sessions.body.data).toMatchObject([{ id: amina.sessionId }])
    const failed = await server.client.login({ phone_number: phone, password: 'not her password' })
    const path = `/v1/audit-events?request_id=${failed.body.request_id}`
    await eventsOf(`request_id=${failed.body.request_id}`)
    const why = await step('audit:read', { method: 'GET', path })
    expect(why.body.data).toMatchObject([{ action: 'sign_in', outcome: 'failure', account_id: amina.id }])
  })

  it('starts a recovery, which only she can finish', async () => {
    const started = await step('users:write', { method: 'POST', path: `/v1/users/${amina.id}/recovery` })
    expect([started.status, started.body]).toEqual([202, { channel: 'phone_number' }])
    expect(started.text).not.toMatch(/\d{6}/)
    const code = await codeSentTo(server.client, phone)
    const verified = await server.client.post('/v1/auth/recovery/verify', { identifier: phone, code })
    expect([verified.status, typeof verified.body.recovery_token]).toEqual([200, 'string'])
    expect(await recorded('recovery_request', amina.id)).toMatchObject({ outcome: 'success' })
  })

  it('suspends her with a reason and an end, and restores her', async () => {
    const terms = { reason: 'Stolen phone', ends_at: '2099-01-31T00:00:00.000Z' }
    const path = `/v1/users/${amina.id}/suspension`
    const suspended = await step('users:write', { method: 'POST', path, body: terms })
    expect(suspended.body).toMatchObject({ status: 'suspended', suspension: terms })
    expect((await server.client.me(amina.token)).status).toBe(401)
    expect(await recorded('suspension', amina.id)).toMatchObject({
      changes: { before: { status: 'active' }, after: { status: 'suspended', reason: terms.reason } },
    })
    expect((await step('users:write', { method: 'DELETE', path })).status).toBe(204)
    expect(await recorded('activation', amina.id)).toMatchObject({ changes: { after: { status: 'active' } } })
    expect((await server.client.post('/v1/auth/token', { user_secret: amina.secret })).status).toBe(200)
  })

  it('invites a new person, who chooses the password', async () => {
    const email = 'baraka@example.com'
    const body = { email, full_name: 'Baraka Otieno', invite: true }
    const created = await step('users:write', { method: 'POST', path: '/v1/users', body })
    expect([created.status, created.body.email_verified]).toEqual([201, false])
    expect(await linkTokenSentTo(server.client, email)).toMatch(/^pxl_/)
    for (const action of ['registration', 'invitation'])
      expect(await recorded(action, String(created.body.id)), action).toMatchObject({ outcome: 'success' })
  })

  it('merges two accounts of one person, after a dry run', async () => {
    const twin = await newPerson(server.client, { username: 'amina-twin' })
    const path = `/v1/users/${amina.id}/merge`
    const merge = (dry_run: boolean): Call => ({
      method: 'POST',
      path,
      body: { source_id: twin.id, dry_run },
    })
    const planned = await step('users:delete', merge(true))
    const moves = expect.arrayContaining([expect.objectContaining({ field: 'username', outcome: 'moves' })])
    expect(planned.body).toEqual({ merged: false, fields: moves })
    expect((await send({ method: 'GET', path: `/v1/users/${twin.id}` })).body.status).toBe('active')
    expect((await step('users:delete', merge(false))).body).toEqual({
      merged: true,
      fields: planned.body.fields,
    })
    expect((await send({ method: 'GET', path: `/v1/users/${twin.id}` })).status).toBe(404)
    expect((await send({ method: 'GET', path: `/v1/users/${amina.id}` })).body.username).toBe('amina-twin')
    expect(await recorded('merge', amina.id)).toMatchObject({ outcome: 'success' })
  })

  it('ends the sessions of many by a job', async () => {
    const people = [await newPerson(server.client), await newPerson(server.client)]
    const body = { action: 'end_sessions', user_ids: people.map(({ id }) => id) }
    const created = await step('users:write', { method: 'POST', path: '/v1/user-jobs', body })
    expect(created.status).toBe(202)
    const path = `/v1/user-jobs/${created.body.id}`
    const job = async () => (await send({ method: 'GET', path })).body as object
    await expect.poll(job, patient).toMatchObject({ status: 'finished', done: 2, skipped: 0 })
    for (const { id, token } of people) {
      expect((await server.client.me(token)).status).toBe(401)
      expect(await recorded('all_sessions_end', id)).toMatchObject({ outcome: 'success' })
    }
    expect(await eventsOf(`action=user_job&actor_id=${agent.id}`)).toHaveLength(1)
  })

  it('gives a role, but none that permits more, and to no one of a higher rank', async () => {
    const role = await newRole(services, ['users:read'])
    const higher = await newRole(services, ['keys:write'])
    const admin = await newAdministrator(server.client, services)
    const assign = (id: AccountId, ...roles: readonly string[]): Call => ({
      method: 'PUT',
      path: `/v1/users/${id}/roles`,
      body: { roles: ['user', ...roles] },
    })
    const given = await step('roles:write', assign(amina.id, role))
    expect(given.body.roles).toEqual([role, 'user'].sort())
    expect(await recorded('role_assignment', amina.id)).toMatchObject({
      changes: { before: { roles: ['user'] }, after: { roles: [role, 'user'].sort() } },
    })
    for (const refused of [assign(amina.id, higher), assign(amina.id, 'admin'), assign(admin.id)]) {
      const { status, body } = await send(refused)
      expect([status, body.code]).toEqual([403, 'forbidden'])
    }
    expect((await send(assign(amina.id))).body.roles).toEqual(['user'])
  })

  it('exports a list, which a spreadsheet cannot execute', async () => {
    await newPerson(server.client, { username: 'formula', full_name: "=HYPERLINK('evil')" })
    const csv = await step('users:export', { method: 'GET', path: '/v1/users/export?q=formula' })
    expect(csv.headers.get('content-type')).toContain('text/csv')
    expect(csv.text).toContain("'=HYPERLINK")
    expect(csv.text).not.toContain('amina')
    expect(await eventsOf(`action=user_export&actor_id=${agent.id}`)).toHaveLength(1)
  })

  it('ends with a deletion, its receipt, a restoration, and an erasure', async () => {
    const path = `/v1/users/${amina.id}`
    const deleted = await step('users:delete', { method: 'DELETE', path })
    expect([deleted.status, deleted.body.receipt]).toEqual([202, expect.stringMatching(/^pxd_/)])
    expect(await recorded('deletion', amina.id)).toMatchObject({ outcome: 'success' })
    const restored = await step('users:write', { method: 'POST', path: `${path}/restoration` })
    expect(restored.body.status).toBe('active')
    expect(await recorded('restoration', amina.id)).toMatchObject({
      changes: { after: { status: 'active' } },
    })
    const erased = await step('users:delete', { method: 'DELETE', path: `${path}?immediately=true` })
    expect(erased.status).toBe(200)
    expect((await send({ method: 'GET', path })).status).toBe(404)
    // The trail keeps what the agent did, and no longer about whom.
    const [deletion] = await eventsOf(`action=deletion&actor_id=${agent.id}`)
    expect(deletion).toMatchObject({ outcome: 'success', account_id: expect.not.stringMatching(amina.id) })
    const about = await send({ method: 'GET', path: `/v1/audit-events?account_id=${amina.id}` })
    expect(about.body.data).toEqual([])
  })
})
