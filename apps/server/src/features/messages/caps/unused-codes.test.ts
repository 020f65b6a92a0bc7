import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { capsWith } from '../../../../tests/support/message-caps.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { openServices } from '../../../../tests/support/services.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { type AccountId, newId } from '../../../platform/kernel/ids.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import { smsRecipient } from '../../users/accounts/identifiers/recipients.ts'
import type { WithheldReason } from './model.ts'
import type { MessageCapsService } from './service.ts'

describe.each(engines)('codes by text message that few people use, on $name', (engine) => {
  const limits = { mailPerHour: 100, smsPerHour: 300, homeCountry: 'KE' }
  let database: MigratedDatabase
  let clock: FrozenClock
  let caps: MessageCapsService
  let next: number
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  beforeEach(async () => {
    clock = new FrozenClock(new Date('2026-11-21T10:00:00Z'))
    caps = capsWith(database.db, clock, limits)
    next = 0
    await database.db.deleteFrom('message_counts').execute()
  })
  afterAll(async () => await database?.drop())

  /** A number of another range each time, so that only the use of the codes decides. */
  function number(country: 'KE' | 'LV' = 'KE'): string {
    const digits = String(next++).padStart(3, '0')
    return country === 'KE' ? `+254712${digits}456` : `+37121${digits}456`
  }

  async function send(to = number(), carriesCode = true, counting = caps): Promise<WithheldReason | null> {
    const message = {
      about: 'contact_verification',
      recipient: smsRecipient(to, null),
      accountId: newId<AccountId>(),
      context: noRequest,
      isFromOwner: false,
      carriesCode,
    }
    return await inTransaction(database.db, (transaction) => counting.count(transaction, message))
  }

  async function use(): Promise<void> {
    const recipient = smsRecipient('+254712000000', null)
    await inTransaction(database.db, (transaction) => caps.countUsedCode(transaction, recipient))
  }

  it('A89: are sent no longer, until more are used', async () => {
    for (let each = 0; each < 100; each++) expect(await send()).toBeNull()
    expect(await send()).toBe('few_codes_used')
    for (let each = 0; each < 9; each++) await use()
    expect(await send()).toBe('few_codes_used')
    await use()
    expect(await send()).toBeNull()
  })

  it('A89: stop neither other countries, nor other messages, nor codes in another hour', async () => {
    for (let each = 0; each < 100; each++) await send()
    expect(await send()).toBe('few_codes_used')
    expect(await send(number('LV'))).toBeNull()
    expect(await send(number(), false)).toBeNull()
    clock.advance(3_600)
    expect(await send()).toBeNull()
  })

  it('A89: stop everywhere if they are spread over many countries, until more are used', async () => {
    const countries = [
      '371',
      '370',
      '372',
      '48',
      '420',
      '421',
      '359',
      '385',
      '386',
      '36',
      '40',
      '380',
      '373',
      '374',
      '354',
      '357',
    ]
    const foreign = () =>
      `+${countries[next % countries.length]}21${String(next++).padStart(6, '0').slice(-4)}0000`
    let sent = 0
    while ((await send(foreign())) === null) sent++
    expect(sent).toBe(150)
    expect(await send()).toBe('few_codes_used')
    for (let each = 0; each < 15; each++) await use()
    expect(await send()).toBeNull()
  })

  it('A89: are counted exactly, by all servers together', async () => {
    const sent = await Promise.all(Array.from({ length: 110 }, () => send()))
    expect(sent.filter((reason) => reason === null)).toHaveLength(100)
    await Promise.all(Array.from({ length: 10 }, use))
    expect(await send()).toBeNull()
  })

  it('A89: are those of every feature: a code that is used counts where codes are used', async () => {
    const services = openServices({ databaseUrl: database.url, clock })
    const { codes, db, messageCaps } = services
    const contact = { kind: 'phone_number', canonical: '+254712345678' } as const
    const useCode = async () => {
      const accountId = newId<AccountId>()
      const binding = { purpose: 'verification', holder: [accountId], flow: null } as const
      let code = ''
      await inTransaction(db, (transaction) =>
        codes.issue(transaction, { ...binding, accountId, contact }, async (issued) => {
          code = issued.code
          return true
        }),
      )
      const result = await codes.check({
        ...binding,
        code,
        subject: [accountId],
        typed: null,
        context: requestFrom(),
        action: 'verification',
        auditSubject: { accountId },
      })
      if (!result.isRight) throw new Error('the code is not right')
      expect(await inTransaction(db, (transaction) => result.use(transaction, [contact]))).toEqual(contact)
    }
    let sent = 0
    while ((await send(number(), true, messageCaps)) === null) sent++
    for (let each = 0; each < sent / 10; each++) await useCode()
    expect(await send(number(), true, messageCaps)).toBeNull()
    await services.close()
  })
})
