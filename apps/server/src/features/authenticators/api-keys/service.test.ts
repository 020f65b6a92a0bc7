import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { giveRole } from '../../../../tests/support/api-keys.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { connectFailing, FaultPlan } from '../../../../tests/support/failing-database.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { wireNode } from '../../../../tests/support/wired-node.ts'
import type { Services } from '../../../app/wire.ts'
import { loadConfig } from '../../../platform/config/load-config.ts'
import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { daySeconds } from '../../../platform/kernel/durations.ts'
import type { AccountId, ApiKeyId } from '../../../platform/kernel/ids.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import { type ApiKeyInput, type IssuedApiKey, keysOfAccountMax } from './model.ts'

const context = requestFrom('203.0.113.7')
const refused = { problem: { code: 'invalid_token' } }

describe.each(engines)('an API key on $name', (engine) => {
  let database: MigratedDatabase
  let db: Database
  const plan = new FaultPlan()
  let clock: FrozenClock
  let services: Services
  let accountId: AccountId
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    const { databaseUrl } = loadConfig({ PROXIMA_DATABASE_URL: database.url })
    const options = { poolMax: 4, statementTimeoutMs: 10_000, onError: () => undefined }
    db = connectFailing(plan)(databaseUrl, options).db
  })
  afterAll(async () => {
    await db?.destroy()
    await database?.drop()
  })
  beforeEach(async () => {
    clock = new FrozenClock(new Date('2026-11-29T12:00:00Z'))
    services = wireNode({ db, clock })
    accountId = (await services.serviceAccounts.create('Nightly report', noRequest)).id
  })

  function make(input: Partial<ApiKeyInput> = {}): Promise<IssuedApiKey> {
    const whole = { name: 'key', permissions: [], allowedNetworks: [], expiresAt: null, ...input }
    return inTransaction(db, (transaction) => services.apiKeys.create(transaction, accountId, whole))
  }

  const use = (secret: string, from = context) => services.apiKeys.holder(secret, from)

  const stored = (id: ApiKeyId) =>
    db.selectFrom('api_keys').select(['id', 'last_used_at']).where('id', '=', id).executeTakeFirst()

  it('identifies its account, without a session', async () => {
    const { apiKey, secret } = await make()
    const holder = await use(secret)
    expect(holder).toMatchObject({ keyId: apiKey.id, accountId, roles: [], permissions: [] })
    expect(holder.account).toMatchObject({ kind: 'service', fullName: 'Nightly report' })
    expect(holder).not.toHaveProperty('sessionId')
  })

  it('I6: allows what it names and its account holds at this moment, and nothing else', async () => {
    await giveRole(db, accountId, ['users:read', 'users:write'])
    const role = await giveRole(db, accountId, ['moments:publish', 'roles:read'])
    const { secret } = await make({ permissions: ['moments:publish', 'users:read', 'users:read'] })
    expect((await use(secret)).permissions).toEqual(['moments:publish', 'users:read'])
    await db.deleteFrom('role_permissions').where('role', '=', role).execute()
    expect((await use(secret)).permissions).toEqual(['users:read'])
    await db.deleteFrom('account_roles').where('account_id', '=', accountId).execute()
    expect((await use(secret)).permissions).toEqual([])
  })

  it('I6: cannot be made with a permission that its account does not hold, and names each of them', async () => {
    await giveRole(db, accountId, ['users:read'])
    const making = make({ permissions: ['users:write', 'users:read', 'no such', '__proto__'] })
    await expect(making).rejects.toMatchObject({
      errors: [0, 2, 3].map((at) => ({ pointer: `/permissions/${at}`, code: 'permission_not_held' })),
    })
    const { apiKey } = await make()
    const changing = inTransaction(db, (transaction) =>
      services.apiKeys.change(transaction, accountId, apiKey.id, { permissions: ['users:write'] }),
    )
    await expect(changing).rejects.toMatchObject({ errors: [{ code: 'permission_not_held' }] })
  })

  it('works for the usual time, and for no more than the longest', async () => {
    const days = async (input: Partial<ApiKeyInput>) => {
      const { apiKey } = await make(input)
      return (apiKey.expiresAt.getTime() - clock.now().getTime()) / (daySeconds * 1_000)
    }
    const after = (count: number) => new Date(clock.now().getTime() + count * daySeconds * 1_000)
    expect(await days({})).toBe(90)
    expect(await days({ expiresAt: after(366) })).toBe(366)
    for (const [expiresAt, code] of [
      [after(366.1), 'too_late'],
      [after(0), 'in_the_past'],
      [after(-1), 'in_the_past'],
    ] as const)
      await expect(make({ expiresAt })).rejects.toMatchObject({ errors: [{ pointer: '/expires_at', code }] })
  })

  it('I2: is deleted when someone uses it after its end, and stays refused if the clock is set back', async () => {
    const { apiKey, secret } = await make({ expiresAt: new Date(clock.now().getTime() + 60_000) })
    clock.advance(59.999)
    await use(secret)
    clock.advance(0.001)
    await expect(use(secret)).rejects.toMatchObject(refused)
    expect(await stored(apiKey.id)).toBeUndefined()
    clock.advance(-60)
    await expect(use(secret)).rejects.toMatchObject(refused)
    const events = db.selectFrom('audit_events').select('action').where('account_id', '=', accountId)
    expect((await events.orderBy('id').execute()).map(({ action }) => action)).toContain('api_key_expiry')
  })

  it('is purged after its end', async () => {
    const { apiKey } = await make()
    clock.advance(90 * daySeconds - 1)
    await services.apiKeys.purge(100)
    expect(await stored(apiKey.id)).toBeDefined()
    clock.advance(1)
    await services.apiKeys.purge(100)
    expect(await stored(apiKey.id)).toBeUndefined()
  })

  it('I2: does not work while its account is suspended or deleted, nor once it is erased', async () => {
    const { secret } = await make()
    await services.administration.suspend(accountId)
    await expect(use(secret)).rejects.toMatchObject(refused)
    await services.administration.activate(accountId)
    await use(secret)
    await inTransaction(db, (transaction) => services.accounts.setStatus(transaction, accountId, 'deleted'))
    await expect(use(secret)).rejects.toMatchObject(refused)
    await services.administration.erase(accountId)
    await expect(use(secret)).rejects.toMatchObject(refused)
    expect(
      await db.selectFrom('api_keys').select('id').where('account_id', '=', accountId).execute(),
    ).toEqual([])
  })

  it('works only from its networks, in each spelling of an address, and the owner sees the attempt', async () => {
    const { apiKey, secret } = await make({ allowedNetworks: ['2001:DB8::/32', '192.0.2.0/24'] })
    expect(apiKey.allowedNetworks).toEqual(['192.0.2.0/24', '2001:db8::/32'])
    for (const address of ['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::1'])
      await use(secret, requestFrom(address))
    for (const from of [requestFrom('192.0.3.7'), requestFrom('2001:db9::1'), noRequest])
      await expect(use(secret, from)).rejects.toMatchObject({ problem: { code: 'forbidden' } })
    const events = await db
      .selectFrom('audit_events')
      .select(['outcome', 'target', 'reason'])
      .where('account_id', '=', accountId)
      .where('action', '=', 'api_key_use')
      .execute()
    expect(events.length).toBeGreaterThan(0)
    for (const event of events)
      expect(event).toEqual({
        outcome: 'failure',
        target: `api_key:${apiKey.id}`,
        reason: 'network_not_allowed',
      })
  })

  it('costs no query if it is malformed, and one if it is not', async () => {
    const { secret } = await make()
    const sentBy = async (credential: string) => {
      plan.arm(0, 'unsent')
      await use(credential).catch(() => undefined)
      return plan.disarm().sent.length
    }
    const flipped = secret.slice(0, -1) + (secret.endsWith('0') ? '1' : '0')
    for (const credential of ['pxk_', `${secret}0`, secret.slice(0, -1), flipped, `pxk_${'x'.repeat(36)}`])
      expect(await sentBy(credential), credential).toBe(0)
    expect(await sentBy(secret)).toBe(1)
  })

  it('A35: is refused alike if it is malformed, unknown, over, or of an account that may not call', async () => {
    const codes: unknown[] = []
    const note = async (secret: string) => {
      await use(secret).catch((error: unknown) => codes.push((error as { message: string }).message))
    }
    await note('pxk_malformed')
    const { apiKey, secret } = await make()
    await inTransaction(db, (transaction) => services.apiKeys.revoke(transaction, accountId, apiKey.id))
    await note(secret)
    const other = await make()
    await services.administration.suspend(accountId)
    await note(other.secret)
    expect(new Set(codes).size).toBe(1)
    expect(codes).toHaveLength(3)
  })

  it('is replaced by another, and works for as long as its owner wants', async () => {
    await giveRole(db, accountId, ['users:read'])
    const role = await giveRole(db, accountId, ['roles:read'])
    const former = await make({
      permissions: ['users:read', 'roles:read'],
      allowedNetworks: ['203.0.113.0/24'],
    })
    await db.deleteFrom('role_permissions').where('role', '=', role).execute()
    const rotation = { overlapSeconds: 60, expiresAt: null }
    const next = await inTransaction(db, (transaction) =>
      services.apiKeys.rotate(transaction, accountId, former.apiKey.id, rotation),
    )
    expect(next.apiKey).toMatchObject({
      name: 'key',
      permissions: ['users:read'],
      allowedNetworks: ['203.0.113.0/24'],
    })
    expect(next.secret).not.toBe(former.secret)
    clock.advance(59)
    for (const { secret } of [former, next]) await use(secret)
    clock.advance(1)
    await expect(use(former.secret)).rejects.toMatchObject(refused)
    await use(next.secret)
  })

  it('never works longer because it was replaced', async () => {
    const { apiKey, secret } = await make({ expiresAt: new Date(clock.now().getTime() + 10_000) })
    await inTransaction(db, (transaction) =>
      services.apiKeys.rotate(transaction, accountId, apiKey.id, { overlapSeconds: 3_600, expiresAt: null }),
    )
    clock.advance(10)
    await expect(use(secret)).rejects.toMatchObject(refused)
  })

  it('A33: of another account is not found', async () => {
    const { apiKey } = await make()
    const other = (await services.serviceAccounts.create('Other', noRequest)).id
    const notFound = { problem: { code: 'not_found' } }
    const rotation = { overlapSeconds: 0, expiresAt: null }
    for (const act of [
      (): Promise<unknown> => services.apiKeys.get(db, other, apiKey.id),
      () => inTransaction(db, (db) => services.apiKeys.change(db, other, apiKey.id, { name: 'mine' })),
      () => inTransaction(db, (db) => services.apiKeys.rotate(db, other, apiKey.id, rotation)),
      () => inTransaction(db, (db) => services.apiKeys.revoke(db, other, apiKey.id)),
    ])
      await expect(act()).rejects.toMatchObject(notFound)
    expect((await services.apiKeys.list(other, { before: null, limit: 10 })).length).toBe(0)
  })

  it('I13: is one of a limited number, and one that has ended makes room', async () => {
    const { apiKey } = await make({ expiresAt: new Date(clock.now().getTime() + 1_000) })
    const of = { account_id: accountId, name: 'x', permissions: '', allowed_networks: '' }
    const times = { created_at: 0, expires_at: clock.now().getTime() + daySeconds * 1_000 }
    for (let made = 1; made < keysOfAccountMax; made++)
      await db
        .insertInto('api_keys')
        .values({ ...of, ...times, id: crypto.randomUUID() as ApiKeyId, digest: crypto.randomUUID() })
        .execute()
    await expect(make()).rejects.toMatchObject({ problem: { code: 'too_many_api_keys' } })
    clock.advance(1)
    expect((await make()).apiKey.id).not.toBe(apiKey.id)
    await expect(make()).rejects.toMatchObject({ problem: { code: 'too_many_api_keys' } })
  })

  it('shows when it was last used, to the minute, and no request waits for that', async () => {
    const { apiKey, secret } = await make()
    const shown = async () => (await services.apiKeys.get(db, accountId, apiKey.id)).lastUsedAt
    expect(await shown()).toBeNull()
    const first = clock.now()
    plan.arm(0, 'unsent')
    await use(secret)
    expect(plan.disarm().sent).toEqual([expect.stringContaining('select')])
    expect(await shown()).toEqual(first)
    expect((await stored(apiKey.id))?.last_used_at).toBeNull()
    await services.apiKeyUses.flush()
    expect((await stored(apiKey.id))?.last_used_at).toBe(first.getTime())
    clock.advance(59)
    await use(secret)
    expect(await shown()).toEqual(first)
    clock.advance(1)
    await use(secret)
    expect(await shown()).toEqual(clock.now())
    plan.arm(0, 'unsent')
    await services.apiKeyUses.flush()
    await services.apiKeyUses.flush()
    expect(plan.disarm().sent).toEqual(['begin', expect.stringContaining('update'), 'commit'])
  })

  it('stores its last use once the database works again', async () => {
    const { apiKey, secret } = await make()
    await use(secret)
    plan.arm(1, 'unsent')
    await expect(services.apiKeyUses.flush()).rejects.toThrow()
    plan.disarm()
    await services.apiKeyUses.flush()
    expect((await stored(apiKey.id))?.last_used_at).toBe(clock.now().getTime())
  })

  it('I11: is refused while the database does not answer', async () => {
    const { secret } = await make()
    plan.arm(1, 'unsent')
    await expect(use(secret)).rejects.toMatchObject({ problem: { code: 'unavailable' } })
    plan.disarm()
  })
})
