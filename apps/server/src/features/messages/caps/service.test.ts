import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connectTo } from '../../../../tests/support/connections.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { capsWith } from '../../../../tests/support/message-caps.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { daySeconds } from '../../../platform/kernel/durations.ts'
import { type AccountId, newId } from '../../../platform/kernel/ids.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import { mailRecipient, smsRecipient } from '../../users/accounts/identifiers/recipients.ts'
import {
  type CountedMessage,
  type MessageLimits,
  numberRangePerHourMax,
  recipientPerHourMax,
  subjectPerHourMax,
  type WithheldReason,
} from './model.ts'

const limits: MessageLimits = { mailPerHour: 100, smsPerHour: 100, homeCountry: 'KE' }

const mailTo = (canonical: string, isVerified = true) =>
  mailRecipient({ given: canonical, canonical }, isVerified ? new Date() : null)
const smsTo = (number: string, isVerified = true) => smsRecipient(number, isVerified ? new Date() : null)

interface CapsSetup {
  readonly db: Database
  readonly own: typeof limits
  readonly costlyNumbers: 'refused' | 'allowed'
}

describe.each(engines)('the caps of messages on $name', (engine) => {
  let database: MigratedDatabase
  let second: Database
  let clock: FrozenClock
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    second = connectTo(database.url).db
  })
  beforeEach(async () => {
    clock = new FrozenClock(new Date('2026-11-21T10:00:00Z'))
    await database.db.deleteFrom('message_counts').execute()
  })
  afterAll(async () => {
    await second?.destroy()
    await database?.drop()
  })

  async function count(
    given: Partial<CountedMessage> & Pick<CountedMessage, 'recipient'>,
    { db = database.db, own = limits, costlyNumbers = 'refused' }: Partial<CapsSetup> = {},
  ): Promise<WithheldReason | null> {
    const message = {
      about: 'registration',
      accountId: null,
      context: requestFrom(),
      isFromOwner: false,
      ...given,
    }
    const caps = capsWith(db, clock, own, costlyNumbers)
    return await inTransaction(db, (transaction) => caps.count(transaction, message))
  }

  /** Counts one message after the other. @returns how many may be sent, and why the last may not */
  async function countAll(
    times: number,
    message: (index: number) => Partial<CountedMessage> & Pick<CountedMessage, 'recipient'>,
    own = limits,
  ): Promise<[allowed: number, reason: WithheldReason | null]> {
    let allowed = 0
    let reason: WithheldReason | null = null
    for (let index = 0; index < times; index++) {
      reason = await count(message(index), { own })
      if (reason === null) allowed += 1
    }
    return [allowed, reason]
  }

  const differentClients = (index: number) => ({ context: requestFrom(`10.${index}.0.1`) })
  const differentNumbers = (index: number) => `+2547${String(10_000_000 + index * 10_000)}`

  it('A88: one mailbox gets a few an hour and some a day, no matter what they are about and who causes them', async () => {
    const one = (index: number) => ({
      recipient: mailTo('victim@example.com'),
      about: `subject ${index}`,
      ...differentClients(index),
    })
    expect(await countAll(10, one)).toEqual([recipientPerHourMax, 'recipient'])
    let day = recipientPerHourMax
    for (let hour = 1; hour < 12; hour++) {
      clock.advance(3_600)
      day += (await countAll(10, one))[0]
    }
    expect(day).toBe(4 * recipientPerHourMax)
  })

  it('A88: an address that is not verified gets one message for its account, however long ago that was', async () => {
    const accountId = newId<AccountId>()
    const message = { recipient: mailTo('amina@example.com', false), accountId }
    expect(await count(message)).toBe(null)
    clock.advance(365 * daySeconds)
    for (const isFromOwner of [true, false])
      expect(await count({ ...message, about: `${isFromOwner}`, isFromOwner })).toBe('unverified')
    expect(await count({ ...message, recipient: mailTo('amina@example.com') })).toBe(null)
    expect(await count({ ...message, accountId: newId<AccountId>() })).toBe(null)
  })

  it('A88: an address that no account has gets one message a day', async () => {
    const message = { recipient: mailTo('amina@example.com', false) }
    expect([await count(message), await count({ ...message, about: 'other' })]).toEqual([null, 'unverified'])
    clock.advance(daySeconds)
    expect(await count(message)).toBe(null)
  })

  it('A89: one client causes a tenth of the overall limit, and its network a quarter, in IPv4 and IPv6', async () => {
    const from = (address: (index: number) => string) => (index: number) => ({
      recipient: mailTo(`p${index}@example.com`),
      context: requestFrom(address(index)),
    })
    expect(
      await countAll(
        12,
        from(() => '192.0.2.1'),
      ),
    ).toEqual([10, 'caller'])
    const others = (index: number) => `192.0.2.${10 + index}`
    expect(
      await countAll(20, (index) => ({ ...from(others)(index), recipient: mailTo(`q${index}@example.com`) })),
    ).toEqual([15, 'network'])
    const six = (index: number) => `2001:db8:1:1::${index}`
    expect(await countAll(12, from(six))).toEqual([10, 'caller'])
    const networks = (index: number) => `2001:db8:1:${index + 2}::1`
    expect(
      await countAll(20, (index) => ({
        ...from(networks)(index),
        recipient: mailTo(`r${index}@example.com`),
      })),
    ).toEqual([15, 'network'])
  })

  it('A89: numbers that differ in the last four digits get a few an hour', async () => {
    const messages = (index: number) => ({
      recipient: smsTo(`+25471234${String(5_000 + index)}`),
      ...differentClients(index),
    })
    expect(await countAll(40, messages)).toEqual([numberRangePerHourMax, 'number_range'])
  })

  it('A89: one country gets its share, and the country of most users any number', async () => {
    const abroad = (index: number) => ({
      recipient: smsTo(`+4915${String(10_000_000 + index * 10_000)}0`),
      ...differentClients(index),
    })
    expect(await countAll(12, abroad)).toEqual([10, 'country'])
    const home = (index: number) => ({
      recipient: smsTo(differentNumbers(index)),
      ...differentClients(index),
    })
    expect(await countAll(55, home)).toEqual([55, null])
    const nowhere = { ...limits, homeCountry: null }
    await database.db.deleteFrom('message_counts').execute()
    expect(await countAll(55, home, nowhere)).toEqual([50, 'country'])
  })

  it('A89: all together get no more than the overall limit, in an hour and in a day', async () => {
    const few = { ...limits, smsPerHour: 12 }
    const messages = (index: number) => ({
      recipient: smsTo(differentNumbers(index)),
      ...differentClients(index),
    })
    expect(await countAll(15, messages, few)).toEqual([12, 'overall'])
    let day = 12
    for (let hour = 1; hour < 14; hour++) {
      clock.advance(3_600)
      day += (await countAll(14, (index) => messages(hour * 14 + index), few))[0]
    }
    expect(day).toBe(120)
  })

  it('A89: holds with many requests at once on two servers', async () => {
    const sent = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        count({ recipient: smsTo(differentNumbers(index)) }, { db: index % 2 === 0 ? database.db : second }),
      ),
    )
    expect(sent.filter((reason) => reason === null)).toHaveLength(10)
  })

  it('A89: still counts after a clock was set back', async () => {
    const messages = (index: number) => ({ recipient: mailTo(`p${index}@example.com`) })
    expect(await countAll(11, messages)).toEqual([10, 'caller'])
    clock.advance(3_600)
    expect((await countAll(11, messages))[0]).toBe(10)
    clock.advance(-3_600)
    expect(await countAll(5, (index) => messages(100 + index))).toEqual([0, 'caller'])
  })

  it('does not count what is withheld, so that no one uses up the caps of others', async () => {
    for (let times = 0; times < 150; times++) await count({ recipient: mailTo('p@example.com') })
    const others = { recipient: mailTo('q@example.com'), context: requestFrom('198.51.100.7') }
    expect(await count(others)).toBe(null)
  })

  it('does not begin to count what is withheld', async () => {
    for (let times = 0; times < 10; times++) await count({ recipient: mailTo(`p${times}@example.com`) })
    expect(await count({ recipient: mailTo('amina@example.com') })).toBe('caller')
    const others = (index: number) => ({ recipient: mailTo('amina@example.com'), ...differentClients(index) })
    expect(await countAll(subjectPerHourMax + 1, others)).toEqual([subjectPerHourMax, 'subject'])
  })

  it('keeps a count that all messages share in several rows, so that they do not wait for each other', async () => {
    const messages = (index: number) => ({ recipient: mailTo(`p${index}@example.com`), context: noRequest })
    await countAll(60, messages, { ...limits, mailPerHour: 4_000 })
    const rows = database.db.selectFrom('message_counts').select('counter').where('counted', '>', 1)
    // One for the hour and one for the day would be two.
    expect((await rows.execute()).length).toBeGreaterThan(4)
  })

  it('A88: a thief who uses up every cap does not keep the owner from a notification', async () => {
    const recipient = mailTo('owner@example.com')
    for (let times = 0; times < 150; times++)
      await count({ recipient: mailTo(`p${times}@example.com`), ...differentClients(times) })
    for (let times = 0; times < 10; times++) {
      await count({ recipient, about: `subject ${times}` })
      await count({ recipient, about: 'username_changed', isFromOwner: true })
    }
    expect(await count({ recipient, about: 'subject' })).not.toBe(null)
    expect(await count({ recipient, about: 'password_changed', isFromOwner: true })).toBe(null)
  })

  it('counts what the operator causes for its recipient, and for no caller', async () => {
    const messages = (index: number) => ({ recipient: mailTo(`p${index}@example.com`), context: noRequest })
    expect(await countAll(40, messages)).toEqual([40, null])
  })

  it('A89: a costly number that an account has already gets no text message, unless a setting allows it', async () => {
    const message = { recipient: smsTo('+449098791001') }
    expect(await count(message)).toBe('costly_number')
    expect(await count(message, { costlyNumbers: 'allowed' })).toBe(null)
  })

  it('deletes counts that nothing asks for any more', async () => {
    await count({ recipient: mailTo('amina@example.com', false), accountId: newId<AccountId>() })
    const rows = async () =>
      (await database.db.selectFrom('message_counts').select('counter').execute()).length
    const caps = capsWith(database.db, clock)
    clock.advance(daySeconds)
    while ((await caps.purge(3)) > 0);
    // What was sent to an address that is not verified must be known for longer.
    expect(await rows()).toBe(1)
  })
})
