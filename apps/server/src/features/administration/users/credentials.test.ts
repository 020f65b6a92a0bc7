import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { insertRoles } from '../../../../tests/support/roles.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { testSecret } from '../../../../tests/support/test-server.ts'
import { wireNode } from '../../../../tests/support/wired-node.ts'
import { PublicUrl } from '../../../app/public-url.ts'
import { type Services, wire } from '../../../app/wire.ts'
import { loadConfig } from '../../../platform/config/load-config.ts'
import { systemClock } from '../../../platform/kernel/clock.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { newId } from '../../../platform/kernel/ids.ts'
import { requireSignedIn, type SignInOutcome } from '../../authentication/sign-in/model.ts'

const context = requestFrom()
const manyNames = Array.from({ length: 19 }, (_, index) => `role-${index + 1}`)
const roleNames = ['support', 'one', 'two', 'three', 'four', 'one-more', ...manyNames]
const old = 'seven green buses sing 42'
const next = 'nine quiet rivers bend slowly'

describe.each(engines)('what an operator does for an owner on $name', (engine) => {
  let database: MigratedDatabase
  let services: Services
  let count = 0
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    await insertRoles(database.db, ...roleNames)
    services = wireNode({ db: database.db })
  })
  afterAll(async () => await database?.drop())

  interface Owner {
    readonly id: AccountId
    readonly email: string
  }

  async function newOwner(): Promise<Owner> {
    count += 1
    const email = `owner-${count}@example.com`
    const source = { context, idempotencyKey: null }
    const { account } = await services.registration.create({ email, password: old }, source)
    return { id: account.id, email }
  }

  const login = (email: string, password: string, on = services) =>
    on.login.withPassword({ identifiers: [{ kind: 'email', text: email }], password, mode: 'token' }, context)

  const isAlive = async (outcome: SignInOutcome) =>
    await services.sessions.principal(requireSignedIn(outcome).session.id).then(
      () => true,
      () => false,
    )

  const refused = { problem: { code: 'invalid_credentials' } }

  async function eventsOf(id: AccountId, action: string) {
    const events = database.db.selectFrom('audit_events').selectAll().where('account_id', '=', id)
    return await events.where('action', '=', action).execute()
  }

  /** What was sent to the owner after the code of the registration, which must not use up a notification. */
  async function templatesTo(email: string): Promise<string[]> {
    const messages = await services.outbox.listOpen(100)
    const templates = messages.filter(({ content }) => content?.to === email).map(({ template }) => template)
    expect(templates).toContain('contact_verification')
    return templates.filter((template) => template !== 'contact_verification')
  }

  it('a new password ends every session, is in the audit trail, and the owner is notified', async () => {
    const { id, email } = await newOwner()
    const before = await login(email, old)
    await services.credentialReset.setPassword(id, next)
    expect(await isAlive(before)).toBe(false)
    await expect(login(email, old)).rejects.toMatchObject(refused)
    expect(await templatesTo(email)).toEqual(['password_reset'])
    await login(email, next)
    const [change] = await eventsOf(id, 'password_change')
    // The command line has no session, no address and no method.
    expect(change).toMatchObject({ outcome: 'success', session_id: null, ip_address: null, method: null })
  })

  it('a new password follows the rules, and knows whose it is', async () => {
    const { id, email } = await newOwner()
    const weak = { problem: { code: 'password_too_weak' } }
    await expect(services.credentialReset.setPassword(id, 'abc')).rejects.toMatchObject(weak)
    await expect(services.credentialReset.setPassword(id, email)).rejects.toMatchObject(weak)
    await login(email, old)
    expect(await templatesTo(email)).toEqual([])
  })

  it('a new password works at once, whatever was guessed before', async () => {
    const { id, email } = await newOwner()
    const config = loadConfig({ PROXIMA_SECRET: testSecret })
    const publicUrl = new PublicUrl('https://accounts.example.org')
    const guarded = wire({
      config,
      masterSecret: testSecret,
      db: database.db,
      redis: null,
      clock: systemClock,
      publicUrl,
    })
    const guess = (password: string) => login(email, password, guarded)
    for (let round = 0; round < 10; round++) await expect(guess('wrong guess')).rejects.toMatchObject(refused)
    await expect(guess(old)).rejects.toMatchObject({ problem: { code: 'rate_limited' } })
    await guarded.credentialReset.setPassword(id, next)
    await guess(next)
  })

  it('a new secret replaces the old one, ends every session, and the owner is notified', async () => {
    const { id, email } = await newOwner()
    const before = await login(email, old)
    const first = await services.credentialReset.renewSecret(id)
    expect(await isAlive(before)).toBe(false)
    const second = await services.credentialReset.renewSecret(id)
    const withSecret = (userSecret: string) =>
      services.login.withUserSecret({ userSecret, mode: 'token' }, context)
    await expect(withSecret(first)).rejects.toMatchObject(refused)
    expect(await eventsOf(id, 'secret_renewal')).toMatchObject([{ ip_address: null }, { ip_address: null }])
    await withSecret(second)
    // The password is another credential, and stays.
    await login(email, old)
    // One, because no one has shown yet that the address is theirs.
    expect(await templatesTo(email)).toEqual(['secret_reset'])
  })

  it('a role that is given or taken is recorded once, and revokes tokens with the former roles', async () => {
    const { id } = await newOwner()
    const revocations = async () =>
      (await database.db.selectFrom('revocations').select('kind').where('account_id', '=', id).execute())
        .length
    expect(await services.roleAssignment.add(id, 'support')).toEqual(['support', 'user'])
    expect(await eventsOf(id, 'role_assignment')).toMatchObject([{ ip_address: null, session_id: null }])
    expect(await revocations()).toBe(1)
    expect(await services.roleAssignment.add(id, 'support')).toEqual(['support', 'user'])
    expect(await revocations()).toBe(1)
    expect(await services.roleAssignment.remove(id, 'user')).toEqual(['support'])
    expect(await services.roleAssignment.remove(id, 'user')).toEqual(['support'])
    expect(await revocations()).toBe(2)
    expect(await eventsOf(id, 'role_assignment')).toHaveLength(2)
    expect(await services.roles.rolesOf(database.db, id)).toEqual(['support'])
  })

  it('keeps both of two roles that are given at the same moment', async () => {
    const { id } = await newOwner()
    const names = ['one', 'two', 'three', 'four']
    await Promise.all(names.map((name) => services.roleAssignment.add(id, name)))
    expect(await services.roles.rolesOf(database.db, id)).toEqual([...names, 'user'].toSorted())
  })

  it('refuses a role that does not exist, and more roles than a token can hold', async () => {
    const { id } = await newOwner()
    for (const name of ['', 'Support', 'support ', 'a b', 'x'.repeat(33), 'rôle'])
      await expect(services.roleAssignment.add(id, name)).rejects.toMatchObject({
        errors: [{ pointer: '/roles', code: 'unknown' }],
      })
    for (const role of manyNames) await services.roleAssignment.add(id, role)
    await expect(services.roleAssignment.add(id, 'one-more')).rejects.toMatchObject({
      errors: [{ pointer: '/roles', code: 'too_many' }],
    })
  })

  it('finds no account that does not exist', async () => {
    const nobody = newId<AccountId>()
    const notFound = { problem: { code: 'not_found' } }
    const { credentialReset, roleAssignment } = services
    await expect(credentialReset.setPassword(nobody, next)).rejects.toMatchObject(notFound)
    await expect(credentialReset.renewSecret(nobody)).rejects.toMatchObject(notFound)
    await expect(roleAssignment.add(nobody, 'support')).rejects.toMatchObject(notFound)
    await expect(roleAssignment.remove(nobody, 'support')).rejects.toMatchObject(notFound)
  })

  it('leaves no session of a sign-in with the old password at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const { id, email } = await newOwner()
      const signIns = Array.from({ length: 4 }, () => login(email, old).catch(() => null))
      await services.credentialReset.setPassword(id, next)
      for (const outcome of await Promise.all(signIns))
        if (outcome !== null) expect(await isAlive(outcome)).toBe(false)
    }
  })
})
