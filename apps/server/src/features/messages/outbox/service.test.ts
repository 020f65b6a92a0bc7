import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { Sealer } from '../../../platform/crypto/sealing.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { type Channel, keptDays, messagesPerHourMax } from '../model.ts'
import { OutboxRepository } from './repository.ts'
import { OutboxService } from './service.ts'

const before = 'aMasterSecretOfOneDatabase-1f6c0e9a83b75d24'
const after = 'aMasterSecretOfAnotherOne-77d0c2a9e4b1f853'
const amina = { channel: 'mail', address: 'Amina@Example.com', canonical: 'amina@example.com' } as const

describe.each(engines)('the outbox on $name', (engine) => {
  let database: MigratedDatabase
  let clock: FrozenClock
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  beforeEach(async () => {
    clock = new FrozenClock()
    await database.db.deleteFrom('messages').execute()
  })
  afterAll(async () => await database?.drop())

  function outboxWith(sealer = new Sealer({ current: before }), channels: Channel[] = ['mail', 'sms']) {
    return new OutboxService({
      db: database.db,
      messages: new OutboxRepository(),
      sealer,
      clock,
      serviceName: 'Duka',
      publicUrl: () => 'https://duka.example',
      channels,
    })
  }

  function put(recipient: Parameters<OutboxService['put']>[1]['recipient'] = amina, outbox = outboxWith()) {
    const message = {
      template: 'registration_taken',
      about: 'registration',
      recipient,
      accountId: null,
    } as const
    return inTransaction(database.db, (transaction) => outbox.put(transaction, message))
  }

  it('keeps a message with the address as it is stored, and nothing of it in the clear', async () => {
    await put()
    const [message] = await outboxWith().read(10)
    expect(message).toMatchObject({ channel: 'mail', state: 'waiting', attempts: 0 })
    expect(message?.content).toMatchObject({
      to: 'Amina@Example.com',
      subject: 'You already have an account at Duka',
    })
    const rows = await database.db.selectFrom('messages').selectAll().execute()
    expect(JSON.stringify(rows)).not.toMatch(/example|duka|account at/i)
  })

  it('keeps none where the transaction that caused it is undone', async () => {
    const failing = database.db.transaction().execute(async (transaction) => {
      const message = {
        template: 'registration_taken',
        about: 'registration',
        recipient: amina,
        accountId: null,
      } as const
      await outboxWith().put(transaction, message)
      throw new Error('undone')
    })
    await expect(failing).rejects.toThrow('undone')
    expect(await outboxWith().list(10)).toEqual([])
  })

  it('keeps none by a channel that leads nowhere', async () => {
    await put(amina, outboxWith(new Sealer({ current: before }), ['sms']))
    expect(await outboxWith().list(10)).toEqual([])
  })

  it('A88: tells an address of one thing a few times an hour, however many ask for it at once, on two nodes', async () => {
    const nodes = [outboxWith(), outboxWith()]
    await Promise.all(Array.from({ length: 200 }, (_, index) => put(amina, nodes[index % 2])))
    expect(await outboxWith().list(100)).toHaveLength(messagesPerHourMax)
    await put({ ...amina, address: 'AMINA@example.com' })
    clock.advance(3_599)
    await put()
    expect(await outboxWith().list(100)).toHaveLength(messagesPerHourMax)
    clock.advance(1)
    for (let count = 0; count < 10; count++) await put()
    expect(await outboxWith().list(100)).toHaveLength(2 * messagesPerHourMax)
  })

  it('A88: counts each address for itself, and each channel', async () => {
    for (let count = 0; count < 5; count++) {
      await put()
      await put({ ...amina, canonical: 'baraka@example.com' })
      await put({ ...amina, channel: 'sms' })
    }
    expect(await outboxWith().list(100)).toHaveLength(3 * messagesPerHourMax)
  })

  it('forgets every message after some days, whatever became of it', async () => {
    await put()
    clock.advance(keptDays * 86_400 - 1)
    expect(await outboxWith().purge(10)).toBe(0)
    clock.advance(1)
    expect(await outboxWith().purge(10)).toBe(1)
  })

  it('seals anew what the secret before has sealed, and passes over what is done', async () => {
    await put()
    await put({ ...amina, canonical: 'baraka@example.com' })
    const both = outboxWith(new Sealer({ current: after, previous: [before] }))
    expect(await both.reseal({ after: null, isTrial: true })).toMatchObject({ outdated: 2 })
    const { next } = await both.reseal({ after: null, isTrial: false })
    expect(await both.reseal({ after: next, isTrial: false })).toEqual({ outdated: 0, next: null })
    expect(await both.reseal({ after: null, isTrial: true })).toMatchObject({ outdated: 0 })
    const messages = await outboxWith(new Sealer({ current: after })).read(10)
    expect(messages.map(({ content }) => content?.to)).toEqual(['Amina@Example.com', 'Amina@Example.com'])
  })
})
