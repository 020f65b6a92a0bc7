import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { type NewPerson, newPerson } from '../../../../tests/support/people.ts'
import { newAdministrator, personWith } from '../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { newId } from '../../../platform/kernel/ids.ts'

const env = { PROXIMA_LIMITS: 'on', PROXIMA_TRUSTED_PROXIES: '127.0.0.1' }
const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'

interface Event {
  readonly id: string
  readonly action: string
  readonly request_id: string | null
  readonly block: number | null
}

interface Page {
  readonly data: readonly Event[]
  readonly next_cursor: string | null
}

async function eventsOf(answering: Promise<Answer>): Promise<readonly Event[]> {
  return ((await answering).body as Page).data
}

describe.each(engines)('GET /v1/audit-events on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let auditor: NewPerson
  beforeAll(async () => {
    server = await startTestServer(engine, { env })
    services = openServices(server)
    auditor = await personWith(server.client, services, ['audit:read'])
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const list = (query: string, { token } = auditor): Promise<Answer> =>
    server.client.get(`/v1/audit-events?${query}`, { token })

  const from = (address: string) => ({ headers: { 'x-forwarded-for': address, 'user-agent': userAgent } })

  /** Everything that is recorded about a request. A refused call is recorded just after its answer. */
  async function decisionOn(answer: Answer): Promise<readonly Event[]> {
    const query = `request_id=${answer.headers.get('x-request-id')}`
    await expect.poll(async () => (await eventsOf(list(query))).length).toBeGreaterThan(0)
    return await eventsOf(list(query))
  }

  it.each([
    ['from=yesterday', '/from', '2026-11-21T09:30:00Z'],
    ['request_id=x', '/request_id', 'an id, such as'],
    ['limit=0', '/limit', '1 to 100'],
  ])(
    'answers to the filter %s with what is right, not with a rule of JSON Schema',
    async (query, pointer, right) => {
      const answer = await list(query)
      const { errors } = answer.body as unknown as {
        readonly errors: readonly { readonly pointer: string; readonly detail: string }[]
      }
      expect(errors.map((each) => each.pointer)).toEqual([pointer])
      expect(errors[0]?.detail).toContain(right)
      expect(errors[0]?.detail).not.toMatch(/pattern|format/)
    },
  )

  it('shows of each event who acted, on what, with what and from where, and what changed', async () => {
    const administrator = await newAdministrator(server.client, services)
    const { id } = await newPerson(server.client)
    const { role } = await personWith(server.client, services, ['audit:read'])
    const { token } = administrator
    const options = { token, ...from('203.0.113.9') }
    const answer = await server.client.put(`/v1/users/${id}/roles`, { roles: ['user', role] }, options)
    expect(answer.status, answer.text).toBe(200)
    const [event] = await decisionOn(answer)
    expect(event).toEqual({
      id: expect.any(String) as string,
      at: server.clock.now().toISOString(),
      action: 'role_assignment',
      outcome: 'success',
      account_id: id,
      actor_id: administrator.id,
      credential_id: administrator.sessionId,
      target: null,
      session_id: null,
      method: null,
      reason: null,
      request_id: answer.headers.get('x-request-id'),
      ip_address: '203.0.113.9',
      device: 'Firefox on Linux',
      changes: { before: { roles: ['user'] }, after: { roles: [role, 'user'].toSorted() } },
      occurrences: 1,
      block: event?.block,
    })
    await expect.poll(async () => (await eventsOf(list(`account_id=${id}`)))[0]?.block).toBeGreaterThan(0)
  })

  it('takes each filter, and goes on where a page ended', async () => {
    const { id, secret } = await newPerson(server.client)
    for (let at = 0; at < 4; at++) await server.client.post('/v1/auth/token', { user_secret: secret })
    const all = await eventsOf(list(`account_id=${id}`))
    expect(all.map(({ action }) => action)).toEqual([...Array<string>(5).fill('sign_in'), 'registration'])
    const ids: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const answer = await list(`account_id=${id}&limit=2${cursor && `&cursor=${cursor}`}`)
      const page = answer.body as Page
      ids.push(...page.data.map((event) => event.id))
      cursor = page.next_cursor
    }
    expect(ids).toEqual(all.map((event) => event.id))
    const now = server.clock.now().toISOString()
    const counts = {
      'action=registration': 1,
      'action=sign_in&outcome=success': 5,
      'outcome=failure': 0,
      [`actor_id=${id}`]: 5,
      'ip_address=127.0.0.1': 6,
      'ip_address=::ffff:127.0.0.1': 6,
      'ip_address=203.0.113.250': 0,
      [`from=${now}`]: 6,
      [`to=${now}`]: 0,
    }
    for (const [query, expected] of Object.entries(counts))
      expect([query, (await eventsOf(list(`account_id=${id}&${query}`))).length]).toEqual([query, expected])
    expect(await eventsOf(list(`account_id=${id.toUpperCase()}`))).toHaveLength(6)
  })

  it.each([
    ['no_such_filter=1', '/no_such_filter'],
    ['action=nothing', '/action'],
    ['outcome=maybe', '/outcome'],
    ['account_id=1', '/account_id'],
    ['request_id=%00', '/request_id'],
    ['from=yesterday', '/from'],
    ['to=2026-12-31T23:59:60Z', '/to'],
    ['limit=0', '/limit'],
    ['cursor=forged', '/cursor'],
  ])('A28, A30: refuses %s', async (query, pointer) => {
    const { status, body } = await list(query)
    expect([status, body.code, body.errors[0].pointer]).toEqual([422, 'validation_failed', pointer])
  })

  it('shows one event by its id, and A33: no other', async () => {
    const { body } = await list('limit=1')
    const [event] = body.data as { id: string }[]
    const read = (id: string) => server.client.get(`/v1/audit-events/${id}`, auditor)
    expect((await read(event?.id ?? '')).body).toEqual(event)
    for (const id of [newId(), 'none']) expect((await read(id)).status).toBe(404)
  })

  it('A28: refuses the cursor of someone else', async () => {
    const other = await personWith(server.client, services, ['audit:read'])
    const { body } = await list('limit=1')
    expect((await list(`limit=1&cursor=${body.next_cursor}`)).status).toBe(200)
    expect((await list(`limit=1&cursor=${body.next_cursor}`, other)).status).toBe(422)
  })

  it('A29: shows nothing to anyone without the permission, and says so in the trail', async () => {
    const curious = await personWith(server.client, services, ['users:read'])
    const answer = await list(`account_id=${auditor.id}`, curious)
    expect([answer.status, answer.body.code]).toEqual([403, 'forbidden'])
    expect(await decisionOn(answer)).toMatchObject([
      {
        action: 'request_refusal',
        outcome: 'failure',
        account_id: curious.id,
        actor_id: curious.id,
        credential_id: curious.sessionId,
        target: 'route:GET /v1/audit-events',
        reason: 'forbidden:audit:read',
      },
    ])
  })

  it('I15: leads from the id of a refused sign-in to the check that refused it', async () => {
    const { id, username } = await newPerson(server.client)
    const login = (given: string) =>
      server.client.post('/v1/auth/login', { username: given, password: 'wrong' }, from('203.0.113.20'))
    expect(await decisionOn(await login(username))).toMatchObject([
      { action: 'sign_in', account_id: id, outcome: 'failure', reason: 'wrong_credentials' },
    ])
    expect(await decisionOn(await login('nobody-here'))).toMatchObject([
      { action: 'sign_in', account_id: null, outcome: 'failure', reason: 'unknown_account' },
    ])
    const other = await newPerson(server.client)
    await services.administration.suspend(other.id)
    const bySecret = { user_secret: other.secret }
    const suspended = await server.client.post('/v1/auth/token', bySecret, from('203.0.113.21'))
    expect(await decisionOn(suspended)).toMatchObject([{ reason: 'account_suspended' }])
  })

  it('I13, I15: leads from the id of a call that came too often to its limit, and a flood is not stored', async () => {
    const ask = () => server.client.get('/v1/auth/availability?username=someone', from('203.0.113.30'))
    const answers = await Promise.all(Array.from({ length: 200 }, ask))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThanOrEqual(140)
    const stored = () => eventsOf(list('ip_address=203.0.113.30&action=request_refusal&limit=100'))
    await expect.poll(async () => (await stored()).length).toBe(60)
    const [event] = await stored()
    expect(event).toMatchObject({
      outcome: 'limited',
      account_id: null,
      target: 'route:GET /v1/auth/availability',
      reason: 'rate_limited:availability',
    })
    expect(refused.map(({ headers }) => headers.get('x-request-id'))).toContain(event?.request_id)
  })

  it('knows no request that was never made', async () => {
    expect((await list(`request_id=${newId()}`)).body).toEqual({ data: [], next_cursor: null })
  })
})
