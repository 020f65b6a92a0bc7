import { setTimeout } from 'node:timers/promises'
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
import { mailRecipient, recipientsOf } from '../../users/accounts/identifiers/recipients.ts'
import { subjectPerHourMax } from '../caps/model.ts'
import { DeliveryFailure, freshDays, leaseSeconds, type Message, type Transport } from '../model.ts'
import { OutboxRepository } from '../outbox/repository.ts'
import { OutboxService } from '../outbox/service.ts'
import { attemptsMax, retryWaitSeconds } from './retries.ts'
import { type Attempt, DeliveryService } from './service.ts'

class Postbox implements Transport {
  readonly sent: Message[] = []
  failure: DeliveryFailure | null = null

  async deliver(message: Message): Promise<void> {
    // Long enough for other nodes to look in the meantime.
    await setTimeout(1)
    if (this.failure !== null) throw this.failure
    this.sent.push(message)
  }
}

/** Takes the message and never answers. */
const silent: Transport = { deliver: () => new Promise(() => undefined) }

describe.each(engines)('delivering on $name', (engine) => {
  let database: MigratedDatabase
  let clock: FrozenClock
  let outbox: OutboxService
  let postbox: Postbox
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  beforeEach(async () => {
    clock = new FrozenClock()
    postbox = new Postbox()
    await database.db.deleteFrom('messages').execute()
    await database.db.deleteFrom('message_counts').execute()
    outbox = new OutboxService({
      db: database.db,
      messages: new OutboxRepository(),
      caps: capsWith(database.db, clock),
      bounces: bouncesWith(database.db, clock),
      sealer: new Sealer({ current: 'aMasterSecretOfOneDatabase-1f6c0e9a83b75d24' }),
      clock,
      sender: () => ({ name: 'Duka', url: 'https://duka.example' }),
      languages: new Languages({ default: 'en' }),
      channels: ['mail'],
      recipientsOf,
    })
  })
  afterAll(async () => await database?.drop())

  async function put(name = 'amina'): Promise<void> {
    const address = `${name}@example.com`
    const recipient = mailRecipient({ given: address, canonical: address }, clock.now())
    const message = {
      template: 'registration_taken',
      facts: {},
      about: 'registration',
      recipient,
      accountId: null,
      locale: 'en',
      context: requestFrom(),
    } as const
    await inTransaction(database.db, (transaction) => outbox.put(transaction, message))
  }

  /** One round of one node. */
  async function round(transport: Transport = postbox): Promise<{ nextMs: number | null; tried: Attempt[] }> {
    const messages = new OutboxRepository()
    const transports = new Map([['mail', transport]] as const)
    const counting = { countMessage: async () => undefined }
    const delivery = new DeliveryService({ db: database.db, messages, outbox, clock, transports, counting })
    const tried: Attempt[] = []
    const never = new AbortController().signal
    const nextMs = await delivery.deliverDue({
      stopping: never,
      aborting: never,
      onAttempt: (each) => tried.push(each),
    })
    return { nextMs, tried }
  }

  it('delivers each waiting message once, and keeps nothing of its text', async () => {
    await put()
    expect(await round()).toMatchObject({ nextMs: null, tried: [{ outcome: 'sent', attempts: 1 }] })
    expect(await round()).toEqual({ nextMs: null, tried: [] })
    expect(postbox.sent.map(({ to }) => to)).toEqual(['amina@example.com'])
    const [message] = await outbox.listOpen(10)
    expect(message).toMatchObject({ state: 'sent', content: null })
  })

  it('delivers each message once if eight nodes look at the same time', async () => {
    for (let index = 0; index < 40; index++) await put(`person${index}`)
    const rounds = await Promise.all(Array.from({ length: 8 }, () => round()))
    expect(rounds.flatMap(({ tried }) => tried)).toHaveLength(40)
    expect(new Set(postbox.sent.map(({ to }) => to)).size).toBe(40)
    expect(postbox.sent).toHaveLength(40)
  })

  it('tries again, and waits longer each time, until the message is accepted', async () => {
    await put()
    postbox.failure = new DeliveryFailure('smtp ECONNREFUSED')
    for (const waitSeconds of [30, 60, 120, 240]) {
      const { nextMs, tried } = await round()
      expect(tried).toMatchObject([{ outcome: 'failed', error: 'smtp ECONNREFUSED' }])
      expect(nextMs).toBe(waitSeconds * 1_000)
      clock.advance(waitSeconds - 1)
      expect((await round()).tried).toEqual([])
      clock.advance(1)
    }
    postbox.failure = null
    expect((await round()).tried).toMatchObject([{ outcome: 'sent', attempts: 5, error: null }])
    expect(postbox.sent).toHaveLength(1)
  })

  it('gives up in the end, and the message is still listed', async () => {
    await put()
    postbox.failure = new DeliveryFailure('http 503')
    for (let attempts = 1; attempts < attemptsMax; attempts++) {
      expect((await round()).tried).toMatchObject([{ outcome: 'failed', attempts }])
      clock.advance(retryWaitSeconds(attempts))
    }
    expect(await round()).toMatchObject({ nextMs: null, tried: [{ outcome: 'given_up' }] })
    postbox.failure = null
    clock.advance(86_400)
    expect((await round()).tried).toEqual([])
    const [message] = await outbox.listOpen(10)
    expect(message).toMatchObject({ state: 'given_up', attempts: attemptsMax, error: 'http 503' })
    expect(message?.content?.to).toBe('amina@example.com')
  })

  it('gives up at once if another attempt would fail too', async () => {
    await put()
    postbox.failure = new DeliveryFailure('smtp 550', true)
    expect((await round()).tried).toMatchObject([{ outcome: 'given_up', attempts: 1 }])
  })

  it('leaves a message to the node that tries it, and takes it over once that is gone, under the same id', async () => {
    await put()
    const abandoned = round(silent)
    abandoned.catch(() => undefined)
    const claimed = async () => (await outbox.list(1))[0]?.attempts
    await expect.poll(claimed).toBe(1)
    expect(await round()).toEqual({ nextMs: leaseSeconds * 1_000, tried: [] })
    clock.advance(leaseSeconds)
    expect((await round()).tried).toMatchObject([{ outcome: 'sent', attempts: 2 }])
    expect(postbox.sent.map(({ id }) => id)).toEqual([(await outbox.list(1))[0]?.id])
  })

  it('ignores the outcome of an attempt that another node has taken over', async () => {
    await put()
    let fail: (error: Error) => void = () => undefined
    const late: Transport = {
      deliver: () =>
        new Promise((_, reject) => {
          fail = reject
        }),
    }
    const first = round(late)
    await expect.poll(async () => (await outbox.list(1))[0]?.attempts).toBe(1)
    clock.advance(leaseSeconds)
    await round()
    fail(new DeliveryFailure('smtp 550', true))
    await first
    expect((await outbox.list(1))[0]).toMatchObject({ state: 'sent', error: null })
  })

  it('I4, A36: claims and opens a message that is withheld, and sends it to no one', async () => {
    for (let count = 0; count < subjectPerHourMax; count++) await put()
    await round()
    postbox.sent.splice(0)
    await put()
    const waiting = async () => await new OutboxRepository().list(database.db, 1)
    const [before] = await waiting()
    expect(before?.contentSealed).not.toBeNull()
    expect(await round()).toEqual({ nextMs: null, tried: [] })
    expect(postbox.sent).toEqual([])
    const [after] = await waiting()
    expect(after).toEqual({ summary: before?.summary, contentSealed: null })
    expect(after?.summary).toMatchObject({ state: 'given_up', error: 'withheld subject', attempts: 0 })
  })

  it('drops a message that is withheld even if it cannot be read', async () => {
    for (let count = 0; count <= subjectPerHourMax; count++) await put()
    await database.db.updateTable('messages').set({ content_sealed: 'damaged' }).execute()
    const { tried } = await round()
    expect(tried).toHaveLength(subjectPerHourMax)
    expect((await outbox.list(1))[0]).toMatchObject({ state: 'given_up', error: 'withheld subject' })
  })

  it('does not send a message that has waited for days, for example after a restore', async () => {
    await put()
    clock.advance(freshDays * 86_400)
    expect(await round()).toEqual({ nextMs: null, tried: [] })
  })

  it('stores no text of an unexpected error, because it may contain the address', async () => {
    await put()
    const broken: Transport = {
      deliver: () => Promise.reject(new TypeError('no such user: amina@example.com')),
    }
    expect((await round(broken)).tried).toMatchObject([{ outcome: 'failed', error: 'TypeError' }])
  })
})
