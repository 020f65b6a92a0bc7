import { setTimeout } from 'node:timers/promises'
import type { KyselyPlugin } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectTo } from '../../../../tests/support/connections.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { wireNode } from '../../../../tests/support/wired-node.ts'
import type { Services } from '../../../app/wire.ts'
import type { Database } from '../../../platform/database/tables.ts'

const email = 'amina@example.com'
const password = 'seven green bottles stand here'
const strangers = 'nine quiet rivers bend slowly'

describe.each(engines)('a registration that is confirmed while a stranger registers on $name', (engine) => {
  let database: MigratedDatabase
  let second: Database
  let owner: Services
  let stranger: Services
  /** What happens after the stranger has read the account that waits. */
  let meanwhile: () => Promise<unknown> = async () => undefined
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    const pausing: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        if (result.rows.some(({ status }) => status === 'pending')) await meanwhile()
        return result
      },
    }
    second = connectTo(database.url).db
    const [env, clock] = [{ PROXIMA_PRIVACY: 'strict' }, new FrozenClock()]
    owner = wireNode({ db: database.db, env, clock })
    stranger = wireNode({ db: second.withPlugin(pausing), env, clock })
  })
  afterAll(async () => {
    await second?.destroy()
    await database?.drop()
  })

  const register = async (services: Services, chosen: string) =>
    await services.registration.register(
      { email, password: chosen },
      { context: requestFrom(), idempotencyKey: null },
    )

  it('A08: stays, with its password, once it is confirmed', async () => {
    await register(owner, password)
    const [message] = await owner.outbox.listOpen(1)
    const code = /(?<!\d)\d{6}(?!\d)/.exec(message?.content?.text ?? '')?.[0] ?? ''
    const confirm = async () => {
      try {
        await owner.confirmation.withCode({ identifier: email, code, password }, requestFrom())
        return true
      } catch {
        return false
      }
    }
    const confirming: Promise<boolean>[] = []
    meanwhile = async () => {
      if (confirming.length === 0) confirming.push(confirm())
      // On an engine that lets one transaction write at a time, the confirmation waits for this one.
      await Promise.race([...confirming, setTimeout(500)])
    }
    await register(stranger, strangers)
    expect(confirming).toHaveLength(1)
    const [isConfirmed] = await Promise.all(confirming)
    const rows = await database.db.selectFrom('accounts').select('status').execute()
    expect(rows).toEqual([{ status: isConfirmed ? 'active' : 'pending' }])
    const identifiers = [{ kind: 'any', text: email } as const]
    const login = owner.login.withPassword({ identifiers, password, mode: 'token' }, requestFrom())
    if (isConfirmed) expect((await login).kind).toBe('signed_in')
    else await expect(login).rejects.toThrow()
  })
})
