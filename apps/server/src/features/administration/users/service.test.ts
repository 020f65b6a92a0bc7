import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pseudonymOfErased } from '../../../../tests/support/audit-events.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { testSecret } from '../../../../tests/support/test-server.ts'
import { PublicUrl } from '../../../app/public-url.ts'
import { type Services, wire } from '../../../app/wire.ts'
import { loadConfig } from '../../../platform/config/load-config.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { systemClock } from '../../../platform/kernel/clock.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import { requireSignedIn } from '../../authentication/sign-in/model.ts'

const context = requestFrom()

describe.each(engines)('an administrator on $name', (engine) => {
  let database: MigratedDatabase
  let services: Services
  let count = 0
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    services = wire({
      config: loadConfig({}),
      masterSecret: testSecret,
      db: database.db,
      redis: null,
      clock: systemClock,
      publicUrl: new PublicUrl('https://id.example.org'),
    })
  })
  afterAll(async () => await database?.drop())

  async function newPerson(): Promise<{ id: AccountId; secret: string }> {
    count += 1
    const source = { context, idempotencyKey: null }
    const { account, userSecret } = await services.registration.create(
      { username: `person-${count}` },
      source,
    )
    return { id: account.id, secret: userSecret ?? '' }
  }

  const login = (userSecret: string) => ({ userSecret, mode: 'token' }) as const

  async function actionsOn(id: AccountId): Promise<string[]> {
    const events = database.db.selectFrom('audit_events').select('action').where('account_id', '=', id)
    return (await events.orderBy('id').execute()).map(({ action }) => action)
  }

  it('suspends: every session ends, and sign-in fails until the suspension is lifted', async () => {
    const { id, secret } = await newPerson()
    const { session } = requireSignedIn(await services.login.withUserSecret(login(secret), context))
    await services.administration.suspend(id)
    const refused = { problem: { code: 'invalid_credentials' } }
    await expect(services.login.withUserSecret(login(secret), context)).rejects.toMatchObject(refused)
    await services.administration.activate(id)
    await expect(services.sessions.principal(session.id)).rejects.toMatchObject({
      problem: { code: 'invalid_token' },
    })
    await services.login.withUserSecret(login(secret), context)
    expect(await actionsOn(id)).toEqual([
      'registration',
      'sign_in',
      'suspension',
      'sign_in',
      'activation',
      'sign_in',
    ])
  })

  it('I2: keeps no session that was being created during the suspension', async () => {
    const { id } = await newPerson()
    await services.administration.suspend(id)
    const { id: stray } = await services.sessions.start(database.db, {
      accountId: id,
      methods: ['password'],
      mode: 'token',
      context,
    })
    await services.administration.activate(id)
    await expect(services.sessions.principal(stray)).rejects.toMatchObject({
      problem: { code: 'invalid_token' },
    })
  })

  it('waits for a sign-in in progress before it suspends, and ends its session', async () => {
    const { id } = await newPerson()
    const held = Promise.withResolvers<void>()
    const signIn = inTransaction(database.db, async (transaction) => {
      expect(await services.accounts.lockActive(transaction, id)).toBe(true)
      held.resolve()
      return await services.sessions.start(transaction, {
        accountId: id,
        methods: ['password'],
        mode: 'token',
        context,
      })
    })
    await held.promise
    await services.administration.suspend(id)
    const { id: sessionId } = await signIn
    await services.administration.activate(id)
    await expect(services.sessions.principal(sessionId)).rejects.toMatchObject({
      problem: { code: 'invalid_token' },
    })
  })

  it('erases an account, and leaves only a pseudonym in the audit trail, which the receipt finds', async () => {
    const { id } = await newPerson()
    await services.profiles.update(id, { homeAddress: '9 Kimathi Way' }, null, noRequest)
    const receipt = await services.administration.erase(id)
    const left = database.db.selectFrom('profiles').select('version').where('account_id', '=', id)
    expect(await left.execute()).toEqual([])
    await expect(services.accounts.get(services.db, id)).rejects.toMatchObject({
      problem: { code: 'not_found' },
    })
    expect(await actionsOn(id)).toEqual([])
    const pseudonym = await pseudonymOfErased(database.db, receipt ?? '')
    expect(await actionsOn(pseudonym)).toEqual(['registration', 'user_change', 'deletion', 'erasure'])
    expect(await services.deletions.check(receipt ?? '')).toMatchObject({ status: 'erased' })
  })

  it('gets an error if there is no such account, and leaves no trace of it', async () => {
    const { id } = await newPerson()
    await services.administration.erase(id)
    for (const act of ['suspend', 'activate', 'erase'] as const) {
      await expect(services.administration[act](id)).rejects.toMatchObject({ problem: { code: 'not_found' } })
    }
    expect(await actionsOn(id)).toEqual([])
  })
})
