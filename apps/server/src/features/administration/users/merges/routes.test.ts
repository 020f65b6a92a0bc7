import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { newPerson, type Person } from '../../../../../tests/support/people.ts'
import { newAdministrator, newRole, personWith } from '../../../../../tests/support/roles.ts'
import { messagesTo } from '../../../../../tests/support/sent-codes.ts'
import { type OwnServices, openServices } from '../../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'
import { noRequest } from '../../../../platform/kernel/request-context.ts'
import { operator } from '../../../authorization/roles/model.ts'

interface Field {
  readonly field: string
  readonly outcome: string
}

describe.each(engines)('merging two accounts of one person on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let admin: Person
  beforeAll(async () => {
    server = await startTestServer(engine)
    services = openServices(server)
    admin = await newAdministrator(server.client, services)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const merge = (target: string, source_id: string, dry_run: boolean, { token } = admin) =>
    server.client.post(`/v1/users/${target}/merge`, { source_id, dry_run }, { token })
  const show = (id: string) => server.client.get(`/v1/users/${id}`, admin)
  const outcomes = (body: unknown) => {
    const { fields } = body as { readonly fields: readonly Field[] }
    return Object.fromEntries(fields.map(({ field, outcome }) => [field, outcome]))
  }
  const bodyOf = async (id: string): Promise<unknown> => (await show(id)).body

  it('first shows what it would do, and changes nothing', async () => {
    const target = await newPerson(server.client, { username: 'amina', full_name: 'Amina' })
    const source = await newPerson(server.client, { email: 'amina@example.com', full_name: 'A. Odhiambo' })
    const before = [await bodyOf(target.id), await bodyOf(source.id)]
    const { status, body } = await merge(target.id, source.id, true)
    expect([status, body.merged]).toEqual([200, false])
    expect(body.fields).toContainEqual({
      field: 'full_name',
      outcome: 'conflict',
      kept: 'Amina',
      lost: 'A. Odhiambo',
      reason: 'target_has_one',
    })
    expect(outcomes(body)).toMatchObject({ email: 'dropped', credentials: 'dropped' })
    expect([await bodyOf(target.id), await bodyOf(source.id)]).toEqual(before)
    expect((await server.client.me(source.token)).status).toBe(200)
  })

  it('moves what the remaining account lacks, erases the other, and notifies every contact of both', async () => {
    const role = await newRole(services, ['users:read'])
    const target = await newPerson(server.client, { email: 'baraka@example.com', national_id: '7' })
    const source = await newPerson(server.client, {
      username: 'baraka',
      phone_number: '+254712345678',
      given_name: 'Baraka',
      address: '9 Kimathi Way',
      national_id: '8',
    })
    await services.profiles.update(source.id, { homeAddress: 'At home', country: 'KE' }, null, noRequest)
    await services.contactMarking.markVerified(source.id, 'phone_number')
    await services.roleAssignment.add(source.id, role)
    const { body, text } = await merge(target.id, source.id, false)
    expect(body.merged).toBe(true)
    expect(text).not.toContain('Kimathi')
    expect(outcomes(body)).toEqual({
      username: 'moves',
      phone_number: 'moves',
      given_name: 'moves',
      address: 'moves',
      national_id: 'conflict',
      home_address: 'moves',
      country: 'moves',
      role: 'moves',
      credentials: 'dropped',
    })
    expect((await show(source.id)).status).toBe(404)
    expect((await show(target.id)).body).toMatchObject({
      username: 'baraka',
      email: 'baraka@example.com',
      phone_number: '+254712345678',
      phone_number_verified: true,
      given_name: 'Baraka',
      address: '9 Kimathi Way',
      national_id: '7',
      roles: [role, 'user'].sort(),
    })
    expect(await services.profiles.get(target.id)).toMatchObject({ homeAddress: 'At home', country: 'KE' })
    for (const address of ['baraka@example.com', '+254712345678'])
      expect((await messagesTo(server.client, address))[0]?.template, address).toBe('accounts_merged')
    for (const { token } of [target, source]) expect((await server.client.me(token)).status).toBe(401)
    const signIn = (user_secret: string) => server.client.post('/v1/auth/token', { user_secret })
    expect([(await signIn(source.secret)).status, (await signIn(target.secret)).status]).toEqual([401, 200])
    const found = await server.client.get('/v1/users?q=baraka', admin)
    expect(found.body.data).toMatchObject([{ id: target.id }])
  })

  it('holds the username of the other account if it does not move, so that no one else takes it', async () => {
    const target = await newPerson(server.client, { username: 'chebet' })
    const source = await newPerson(server.client, { username: 'chebet.k' })
    await merge(target.id, source.id, false)
    expect((await server.client.register({ username: 'chebet.k' })).body.code).toBe('username_taken')
  })

  it('A10: moves no contact that no one has confirmed, but lets a confirmed one replace it', async () => {
    const target = await newPerson(server.client, { username: 'daudi', email: 'unproved@example.com' })
    const source = await newPerson(server.client, {
      email: 'proved@example.com',
      phone_number: '+254712345679',
    })
    await services.contactMarking.markVerified(source.id, 'email')
    const { body } = await merge(target.id, source.id, false)
    expect(outcomes(body)).toMatchObject({ email: 'moves', phone_number: 'dropped' })
    expect((await show(target.id)).body).toMatchObject({
      email: 'proved@example.com',
      email_verified: true,
      phone_number: null,
    })
  })

  it('needs rank over both, two different active accounts, and one that exists', async () => {
    const lead = await personWith(server.client, services, ['users:delete', 'users:write'])
    const person = await newPerson(server.client)
    expect((await merge(person.id, admin.id, false, lead)).body.code).toBe('forbidden')
    expect((await merge(admin.id, person.id, false, lead)).body.code).toBe('forbidden')
    expect((await merge(person.id, person.id, true)).body.errors).toMatchObject([{ code: 'same_account' }])
    const missing = await merge(person.id, '01a1fc40-74e8-7c52-9a0f-3d5b8e6f7a10', true)
    expect(missing.body.errors).toMatchObject([{ pointer: '/source_id', code: 'not_found' }])
    const suspended = await newPerson(server.client)
    await services.administration.suspend(suspended.id)
    expect((await merge(person.id, suspended.id, false)).body.code).toBe('not_mergeable')
    expect((await merge(suspended.id, person.id, true)).body.code).toBe('not_mergeable')
  })

  it('I6: moves roles only for someone who may give them, and not more than an account can have', async () => {
    const lead = await personWith(server.client, services, ['users:delete'])
    const [target, source] = [await newPerson(server.client), await newPerson(server.client)]
    await services.roleAssignment.add(source.id, lead.role)
    for (const isDry of [true, false]) {
      const { status, body } = await merge(target.id, source.id, isDry, lead)
      expect([status, body.detail]).toEqual([403, expect.stringContaining('"roles:write"')])
    }
    const roles = []
    for (let index = 0; index < 20; index++) roles.push(await newRole(services))
    await services.roleAssignment.assign(target.id, roles, operator)
    const { body } = await merge(target.id, source.id, false)
    expect(body.errors).toMatchObject([{ pointer: '/source_id', code: 'too_many' }])
  })

  it('moves the role of the last administrator, who then remains', async () => {
    const others = await services.db
      .selectFrom('account_roles')
      .select('account_id')
      .where('role', '=', 'admin')
      .execute()
    const last = await newAdministrator(server.client, services)
    for (const { account_id: id } of others) await services.administration.suspend(id)
    const target = await newPerson(server.client)
    expect((await merge(target.id, last.id, false, last)).status).toBe(200)
    expect(await services.roles.rolesOf(services.db, target.id)).toEqual(['admin', 'user'])
    for (const { account_id: id } of others) await services.administration.activate(id)
  })

  it('is done once if two administrators merge the same accounts in both directions at once', async () => {
    const lead = await newAdministrator(server.client, services)
    const [one, other] = [await newPerson(server.client), await newPerson(server.client)]
    const answers = await Promise.all([
      merge(one.id, other.id, false, lead),
      merge(other.id, one.id, false, lead),
    ])
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const left = [
      await services.accounts.find(services.db, one.id),
      await services.accounts.find(services.db, other.id),
    ]
    expect(left.filter((account) => account !== null)).toHaveLength(1)
  })
})
