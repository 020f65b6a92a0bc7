import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bouncesWith } from '../../../../tests/support/bounces.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { capsWith } from '../../../../tests/support/message-caps.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { Sealer } from '../../../platform/crypto/sealing.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Languages } from '../../languages/service.ts'
import { recipientsOf } from '../../users/accounts/identifiers/recipients.ts'
import { subjectPerHourMax } from '../caps/model.ts'
import { type Channel, keptDays, type MessageSummary } from '../model.ts'
import { OutboxRepository } from './repository.ts'
import { OutboxService } from './service.ts'

const before = 'aMasterSecretOfOneDatabase-1f6c0e9a83b75d24'
const after = 'aMasterSecretOfAnotherOne-77d0c2a9e4b1f853'
const amina = {
  channel: 'mail',
  address: 'Amina@Example.com',
  countedAs: 'amina@example.com',
  spellings: 'amina@example.com',
  canonical: 'amina@example.com',
  verifiedAt: new Date('2026-11-01T10:00:00Z'),
  country: null,
  isCostly: false,
} as const
const registrationTaken = {
  template: 'registration_taken',
  facts: {},
  about: 'registration',
  recipient: amina,
  accountId: null,
  locale: 'en',
  context: requestFrom(),
} as const

describe.each(engines)('the outbox on $name', (engine) => {
  let database: MigratedDatabase
  let clock: FrozenClock
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  beforeEach(async () => {
    clock = new FrozenClock(new Date('2026-11-21T10:00:00Z'))
    await database.db.deleteFrom('messages').execute()
    await database.db.deleteFrom('message_counts').execute()
  })
  afterAll(async () => await database?.drop())

  function outboxWith(sealer = new Sealer({ current: before }), channels: Channel[] = ['mail', 'sms']) {
    return new OutboxService({
      db: database.db,
      messages: new OutboxRepository(),
      caps: capsWith(database.db, clock),
      bounces: bouncesWith(database.db, clock),
      sealer,
      clock,
      sender: () => ({ name: 'Duka', url: 'https://duka.example' }),
      languages: new Languages({ default: 'en' }),
      channels,
      recipientsOf,
    })
  }

  function put(recipient: Parameters<OutboxService['put']>[1]['recipient'] = amina, outbox = outboxWith()) {
    const message = { ...registrationTaken, recipient }
    return inTransaction(database.db, (transaction) => outbox.put(transaction, message))
  }

  it('keeps a message with the stored address, and nothing in plain text', async () => {
    await put()
    const [message] = await outboxWith().listOpen(10)
    expect(message).toMatchObject({ channel: 'mail', state: 'waiting', attempts: 0 })
    expect(message?.content).toMatchObject({
      to: 'Amina@Example.com',
      subject: 'You already have an account at Duka',
    })
    const rows = await database.db.selectFrom('messages').selectAll().execute()
    expect(JSON.stringify(rows)).not.toMatch(/example|duka|account at/i)
  })

  it('keeps no message if its transaction is undone', async () => {
    const failing = inTransaction(database.db, async (transaction) => {
      await outboxWith().put(transaction, registrationTaken)
      throw new Error('undone')
    })
    await expect(failing).rejects.toThrow('undone')
    expect(await outboxWith().list(10)).toEqual([])
    // A control: the same message is kept if nothing fails.
    await put()
    expect(await outboxWith().list(10)).toHaveLength(1)
  })

  it('wakes the delivery when the message is committed, and not before', async () => {
    const outbox = outboxWith()
    const seen: Promise<MessageSummary[]>[] = []
    outbox.onMessageWaiting(() => seen.push(outbox.list(10)))
    await inTransaction(database.db, async (transaction) => {
      for (const about of ['registration', 'another thing'])
        await outbox.put(transaction, { ...registrationTaken, about })
      expect(seen).toEqual([])
    })
    expect((await Promise.all(seen)).map(({ length }) => length)).toEqual([2])
  })

  it('does not wake the delivery if nothing is committed, or nothing delivers the message', async () => {
    const outbox = outboxWith(new Sealer({ current: before }), ['mail'])
    let wakes = 0
    outbox.onMessageWaiting(() => wakes++)
    const failing = inTransaction(database.db, async (transaction) => {
      await outbox.put(transaction, registrationTaken)
      throw new Error('undone')
    })
    await expect(failing).rejects.toThrow('undone')
    await put({ ...amina, channel: 'sms' }, outbox)
    expect(wakes).toBe(0)
  })

  it('I4, A36: wakes the delivery for a message that is withheld too', async () => {
    const outbox = outboxWith()
    let wakes = 0
    outbox.onMessageWaiting(() => wakes++)
    for (let count = 1; count <= 2 * subjectPerHourMax; count++) {
      await put(amina, outbox)
      expect(wakes).toBe(count)
    }
  })

  it('notifies an owner by the best channel and in their language, in words about when and from where', async () => {
    const verified = { emailVerifiedAt: clock.now(), phoneNumberVerifiedAt: clock.now() }
    const addresses = { email: 'Amina@Example.com', phoneNumber: '+254712345678' }
    const owner = { id: null, ...addresses, ...verified, locale: 'sw-KE' }
    const context = requestFrom('203.0.113.77')
    const notify = (outbox: OutboxService) =>
      inTransaction(database.db, (transaction) =>
        outbox.notifyOwner(transaction, owner, 'password_changed', { context }),
      )
    await notify(outboxWith())
    await notify(outboxWith(new Sealer({ current: before }), ['sms']))
    const [sms, mail] = await outboxWith().listOpen(10)
    expect(mail?.content).toMatchObject({ to: 'Amina@Example.com', locale: 'sw' })
    expect(mail?.content?.text).toContain('Kifaa: hakijulikani\nMtandao: 203.0.113.0/24')
    expect(sms).toMatchObject({ channel: 'sms', content: { to: '+254712345678', subject: '' } })
  })

  it('records a message for a channel that is not configured, without its text, and reports it', async () => {
    const outbox = outboxWith(new Sealer({ current: before }), ['sms'])
    const reported: unknown[] = []
    outbox.onMessageWithheld(({ reason }) => reported.push(reason))
    await put(amina, outbox)
    const verified = { emailVerifiedAt: clock.now(), phoneNumberVerifiedAt: null }
    const owner = { id: null, email: 'Amina@Example.com', phoneNumber: null, ...verified, locale: 'en' }
    await inTransaction(database.db, (transaction) =>
      outbox.notifyOwner(transaction, owner, 'password_changed', { context: requestFrom() }),
    )
    const withheld = { state: 'given_up', error: 'withheld no_channel', content: null }
    expect(await outboxWith().listOpen(10)).toMatchObject([
      { template: 'password_changed', ...withheld },
      { template: 'registration_taken', ...withheld },
    ])
    expect(reported).toEqual(['no_channel', 'no_channel'])
  })

  const waiting = async () => (await outboxWith().list(1_000)).filter(({ state }) => state === 'waiting')

  it('A88: writes to an address about one subject a few times an hour, even with many requests at once on two nodes', async () => {
    const nodes = [outboxWith(), outboxWith()]
    await Promise.all(Array.from({ length: 200 }, (_, index) => put(amina, nodes[index % 2])))
    expect(await waiting()).toHaveLength(subjectPerHourMax)
    await put({ ...amina, address: 'AMINA@example.com' })
    clock.advance(3_599)
    await put()
    expect(await waiting()).toHaveLength(subjectPerHourMax)
    clock.advance(1)
    for (let count = 0; count < 10; count++) await put()
    expect(await waiting()).toHaveLength(2 * subjectPerHourMax)
  })

  it('A88: counts each address and each channel separately', async () => {
    for (let count = 0; count < 5; count++) {
      await put()
      await put({ ...amina, countedAs: 'baraka@example.com' })
      await put({ ...amina, channel: 'sms' })
    }
    expect(await waiting()).toHaveLength(3 * subjectPerHourMax)
  })

  it('A88: reports what it withholds once it is committed, and keeps neither its text nor its recipient', async () => {
    const outbox = outboxWith()
    const reported: unknown[] = []
    outbox.onMessageWithheld((message) => reported.push(message))
    for (let count = 0; count < subjectPerHourMax; count++) await put(amina, outbox)
    const failing = inTransaction(database.db, async (transaction) => {
      await outbox.put(transaction, registrationTaken)
      throw new Error('undone')
    })
    await expect(failing).rejects.toThrow('undone')
    expect(reported).toEqual([])
    await put(amina, outbox)
    const [message] = await outbox.listOpen(1)
    expect(message).toMatchObject({
      state: 'given_up',
      error: 'withheld subject',
      content: null,
      attempts: 0,
    })
    expect(reported).toEqual([
      { id: message?.id, channel: 'mail', template: 'registration_taken', reason: 'subject' },
    ])
  })

  it('deletes every message after some days, whatever its state is', async () => {
    await put()
    clock.advance(keptDays * 86_400 - 1)
    expect(await outboxWith().purge(10)).toBe(0)
    clock.advance(1)
    expect(await outboxWith().purge(10)).toBe(1)
  })

  it('seals the values of the previous secret again, and skips the others', async () => {
    await put()
    await put({ ...amina, countedAs: 'baraka@example.com' })
    const both = outboxWith(new Sealer({ current: after, previous: [before] }))
    expect(await both.reseal({ after: null, dryRun: true })).toMatchObject({ outdated: 2 })
    const { next } = await both.reseal({ after: null, dryRun: false })
    expect(await both.reseal({ after: next, dryRun: false })).toEqual({ outdated: 0, next: null })
    expect(await both.reseal({ after: null, dryRun: true })).toMatchObject({ outdated: 0 })
    const messages = await outboxWith(new Sealer({ current: after })).listOpen(10)
    expect(messages.map(({ content }) => content?.to)).toEqual(['Amina@Example.com', 'Amina@Example.com'])
  })
})
