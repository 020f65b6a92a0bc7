import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { engines, sqlite } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { startTestServer } from '../../../../tests/support/test-server.ts'
import { Sealer } from '../../../platform/crypto/sealing.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { newId } from '../../../platform/kernel/ids.ts'
import type { LimitPolicy } from '../../../platform/kernel/limiter.ts'
import { rateLimited } from '../../../platform/kernel/problems.ts'
import { ClientLimiter } from '../rate-limits/clients/service.ts'
import { answersPerDay, type Retry, retrySeconds } from './model.ts'
import { IdempotencyRepository } from './repository.ts'
import { IdempotencyService } from './service.ts'

describe.each(engines)('the number of stored answers on $name', (engine) => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  afterAll(async () => await database?.drop())

  const taken: string[] = []
  const refunded: string[] = []
  let full: string | null = null
  const limiter = {
    take: async ({ name, quota, windowSeconds }: LimitPolicy, key: string) => {
      taken.push(`${name} ${quota} ${windowSeconds} ${key}`)
      return { isExceeded: name === full, remaining: 1, resetSeconds: 60 }
    },
    refund: async ({ name, quota, windowSeconds }: LimitPolicy, key: string) => {
      refunded.push(`${name} ${quota} ${windowSeconds} ${key}`)
    },
  }

  const retry = (account: string): Retry => ({
    key: newId(),
    client: '192.0.2.1',
    request: { call: 'anything' },
    holder: { client: '2001:db8:1:2::/64', account },
    holdsSecret: false,
  })

  async function answer(
    given: Retry,
    work = async () => ({ answer: 'done', accountId: null }),
  ): Promise<string> {
    const service = new IdempotencyService({
      db: database.db,
      keys: new IdempotencyRepository(),
      sealer: new Sealer({ current: 'a-secret-that-is-only-for-tests-73c1', previous: [] }),
      limiter,
      clock: new FrozenClock(),
    })
    return await service.answer(given, async (once) => {
      await inTransaction(database.db, (transaction) => once(transaction, work))
    })
  }

  const stored = async () =>
    (await database.db.selectFrom('idempotency_keys').select('digest').execute()).length

  it('I13: counts for the account, the client and the network, and only when it grows', async () => {
    const given = retry('amina')
    expect(await answer(given)).toBe('done')
    expect(taken.splice(0)).toEqual([
      `idempotency-of-account ${answersPerDay.account} 86400 amina`,
      `idempotency ${answersPerDay.client} 86400 2001:db8:1:2::/64`,
      `idempotency-network ${answersPerDay.network} 86400 2001:db8:1::/48`,
    ])
    expect(await answer(given)).toBe('done')
    expect(taken).toEqual([])
    await answer(retry(''))
    expect(taken.splice(0)).toHaveLength(2)
    expect(refunded).toEqual([])
  })

  it('I13: does not count for a request that stores nothing', async () => {
    const before = await stored()
    const failing = async () => await Promise.reject(new Error('the username is taken'))
    await expect(answer(retry('amina'), failing)).rejects.toThrow('taken')
    expect(refunded.splice(0)).toEqual(taken.splice(0))
    expect(await stored()).toBe(before)
  })

  it.each(['idempotency-of-account', 'idempotency', 'idempotency-network'])(
    'I13: grows no more if %s is used up',
    async (name) => {
      const before = await stored()
      full = name
      await expect(answer(retry('amina'))).rejects.toMatchObject({ problem: rateLimited })
      full = null
      expect(await stored()).toBe(before)
    },
  )
})

describe('the answers of one account', () => {
  it('I13: cannot fill the database with new secrets', async () => {
    const server = await startTestServer(sqlite, { env: { PROXIMA_LIMITS: 'on' } })
    const registered = await server.client.register({ username: 'amina' })
    const login = await server.client.post('/v1/auth/token', { user_secret: registered.body.user_secret })
    const renew = (key: string) =>
      server.client.post(
        '/v1/me/secret',
        {},
        { token: String(login.body.access_token), headers: { 'idempotency-key': key } },
      )
    const take = vi.spyOn(ClientLimiter.prototype, 'take')
    const [first, last] = [newId(), newId()]
    expect((await renew(first)).status).toBe(200)
    const [limiter] = take.mock.contexts
    if (!(limiter instanceof ClientLimiter)) throw new Error('the server has no limiter')
    const policy = {
      name: 'idempotency-of-account',
      quota: answersPerDay.account,
      windowSeconds: retrySeconds,
    }
    const accountId = String(registered.body.id)
    expect(take).toHaveBeenCalledWith(policy, accountId)
    take.mockRestore()
    // Two answers fewer than the account may have.
    for (let count = 2; count < answersPerDay.account; count++) await limiter.take(policy, accountId)
    expect((await renew(last)).status).toBe(200)
    expect((await renew(newId())).status).toBe(429)
    for (const key of [first, last]) expect((await renew(key)).status).toBe(200)
    await server.close()
  })
})
