import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { capsWith } from '../../../../tests/support/message-caps.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { type AccountId, newId } from '../../../platform/kernel/ids.ts'
import { mailRecipient } from '../../users/accounts/identifiers/recipients.ts'
import { recipientPerHourMax, spellingsPerHourMax } from './model.ts'

const limits = { mailPerHour: 100_000, smsPerHour: 100, homeCountry: null }
const nearby = '192.0.2.9'

/** `victims` with a dot behind each letter whose bit is set: `v.ictims`, `vi.ctims`, `v.i.ctims`. */
function dotted(bits: number): string {
  return 'victims'
    .split('')
    .map((letter, at) => ((bits >> at) & 1 ? `${letter}.` : letter))
    .join('')
}

/** A flood must end, and a flood of other addresses must not keep the message that someone waits for. */
describe.each(engines)('addresses that look alike on $name', (engine) => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  beforeEach(async () => void (await database.db.deleteFrom('message_counts').execute()))
  afterAll(async () => await database?.drop())

  const clock = new FrozenClock(new Date('2026-11-21T10:00:00Z'))

  /** A message to a new account, about something of its own. @returns why it is withheld; null if it is not */
  async function send(address: string, { from = nearby, isVerified = false, isFromOwner = false } = {}) {
    const caps = capsWith(database.db, clock, limits)
    const message = {
      recipient: mailRecipient({ given: address, canonical: address }, isVerified ? clock.now() : null),
      about: newId(),
      accountId: newId<AccountId>(),
      context: requestFrom(from),
      isFromOwner,
    }
    return await inTransaction(database.db, (transaction) => caps.count(transaction, message))
  }

  /** Strangers in as many networks as there are addresses. @returns how many messages were sent */
  async function flood(addresses: readonly string[]): Promise<number> {
    let sent = 0
    for (const [index, address] of addresses.entries())
      if ((await send(address, { from: `10.${index}.0.1` })) === null) sent += 1
    return sent
  }

  const times = <T>(count: number, make: (index: number) => T): T[] =>
    Array.from({ length: count }, (_, index) => make(index))

  it.each([
    ['its tag', (index: number) => `victim+${index}@example.com`],
    ['tags and dots at Gmail', (index: number) => `${dotted(index + 1)}+${index}@gmail.com`],
    ['dots at Gmail, under both of its names', (index: number) => `${dotted(index + 1)}@googlemail.com`],
    ['dots and tags at Proton', (index: number) => `${dotted(index + 1).replaceAll('.', '-')}@proton.me`],
  ])('A88: are one mailbox if they differ only in %s', async (_what, spelling) => {
    expect(await flood(times(24, spelling))).toBe(recipientPerHourMax)
  })

  it('A88: have a larger cap together if only some providers take them for one', async () => {
    expect(await flood(times(63, (index) => `${dotted(index + 1)}@example.com`))).toBe(spellingsPerHourMax)
  })

  it.each([
    ['without dots and tags', 'victims@example.com', false],
    ['without dots and tags at Gmail', 'victims@gmail.com', false],
    ['with a dot, and verified', 'vic.tims@example.com', true],
    ['with a tag, and verified', 'victims+proxima@example.com', true],
    ['at Gmail, and verified', 'v.ictims@gmail.com', true],
  ])('A88: do not use up the messages to an address %s', async (_what, address, isVerified) => {
    const host = address.slice(address.indexOf('@'))
    await flood(times(63, (index) => `${dotted(index + 1)}${host}`))
    await flood(times(63, (index) => `${dotted(index)}+${index}${host}`))
    expect(await send(address, { isVerified })).toBe(null)
  })

  it('A88: do not use up the messages to an address with a dot, if they are fewer than the larger cap', async () => {
    await flood(times(24, (index) => `${dotted(index + 1)}+${index}@example.com`))
    expect(await send('vic.tims@example.com')).toBe(null)
  })

  it('A88: strangers do not use up what only the owner of an address can cause, even before it is verified', async () => {
    await flood(times(20, () => 'owner@example.com'))
    expect(await send('owner@example.com')).toBe('recipient')
    expect(await send('owner@example.com', { isFromOwner: true })).toBe(null)
  })
})
