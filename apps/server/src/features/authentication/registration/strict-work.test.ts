import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { password } from '../../../../tests/support/password.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { verifyAddresses } from '../../../../tests/support/verified-addresses.ts'
import { watchWork } from '../../../../tests/support/watched-work.ts'
import { wireNode } from '../../../../tests/support/wired-node.ts'
import type { Services } from '../../../app/wire.ts'

const taken = { email: 'coco@example.com', phoneNumber: '+254712345678' }

/** The work that an answer waits for, by which a clock would tell one case from another. */
describe.each(engines)('the work of registering with strict privacy on $name', (engine) => {
  let database: MigratedDatabase
  let services: Services
  const work: string[] = []
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    const db = watchWork(database.db, (statement) => work.push(statement))
    services = wireNode({ db, env: { PROXIMA_PRIVACY: 'strict' }, onHash: () => work.push('hash') })
    await register({ username: 'coco', ...taken })
    await verifyAddresses(db)
  })
  beforeEach(() => void work.splice(0))
  afterAll(async () => await database?.drop())

  async function register(
    input: Parameters<Services['registration']['register']>[0],
    idempotencyKey: string | null = null,
  ): Promise<string[]> {
    work.splice(0)
    const source = { context: requestFrom(), idempotencyKey }
    await services.registration.register({ password, ...input }, source)
    return [...work]
  }

  it('A06: is the same, step by step, whether the email, the phone number, both or neither is taken', async () => {
    const both = await register({ email: 'a@example.com', phoneNumber: '+254700000001' })
    expect(both.filter((step) => step === 'hash')).toHaveLength(1)
    expect(both.filter((step) => step === 'insert messages')).toHaveLength(2)
    expect(await register({ ...taken, phoneNumber: '+254700000002' })).toEqual(both)
    expect(await register({ ...taken, email: 'b@example.com' })).toEqual(both)
    const email = await register({ email: 'c@example.com' })
    expect(await register({ email: taken.email })).toEqual(email)
    const withName = await register({ username: 'dalila', email: 'd@example.com' })
    expect(await register({ username: 'dalila2', email: 'a@example.com' })).toEqual(withName)
  })

  it('A06: is the same with an Idempotency-Key', async () => {
    const free = await register({ email: 'e@example.com' }, 'key-of-the-free-one')
    expect(await register({ email: 'e@example.com' }, 'key-of-the-taken-one')).toEqual(free)
  })

  it('wakes the delivery when the message is stored, and not before', async () => {
    const countMessages = async () => (await services.outbox.list(1_000)).length
    const before = await countMessages()
    const seen: Promise<number>[] = []
    services.outbox.onMessageWaiting(() => seen.push(countMessages()))
    await register({ email: 'g@example.com' })
    expect(await Promise.all(seen)).toEqual([before + 1])
  })

  it('A37: does not depend on it when a username is refused', async () => {
    const refused = async (email: string) => {
      await expect(register({ username: 'coco', email })).rejects.toThrow()
      return [...work]
    }
    expect(await refused('f@example.com')).toEqual(await refused(taken.email))
  })
})
