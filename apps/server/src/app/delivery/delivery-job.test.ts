import pino from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import type { Attempt, DeliveryRun } from '../../features/messages/delivery/service.ts'
import type { WithheldMessage } from '../../features/messages/outbox/messages.ts'
import { type MessageId, newId } from '../../platform/kernel/ids.ts'
import { DeliveryJob } from './delivery-job.ts'

const hourMs = 3_600_000
const patient = { timeout: 20_000, interval: 5 }

/** A fake outbox that counts: how often the job looked, and how many messages it found. */
class Counter {
  looked = 0
  waiting = 0
  sent = 0
  nextMs: number | null = null
  failure: Error | null = null
  wake: () => void = () => undefined
  withhold: (message: WithheldMessage) => void = () => undefined

  async deliverDue({ onAttempt }: Pick<DeliveryRun, 'onAttempt'>): Promise<number | null> {
    this.looked += 1
    if (this.failure !== null) throw this.failure
    for (; this.waiting > 0; this.waiting--) {
      this.sent += 1
      onAttempt(attempt)
    }
    return this.nextMs
  }

  onMessageWithheld(report: (message: WithheldMessage) => void): void {
    this.withhold = report
  }

  onMessageWaiting(wake: () => void): void {
    this.wake = wake
  }
}

const attempt: Attempt = {
  id: '01a1fc40-74e8-7c3a-9f10-2f6f3f1f9b51' as MessageId,
  channel: 'mail',
  template: 'registration_taken',
  attempts: 1,
  outcome: 'sent',
  error: null,
}

describe('the delivery job', () => {
  const jobs: DeliveryJob[] = []
  const log: string[] = []
  afterEach(async () => {
    for (const job of jobs.splice(0)) await job.stop()
    log.splice(0)
  })

  const withheld: WithheldMessage[] = []

  function start(outbox: Counter, { pollMs = hourMs, delayMaxMs = 5 } = {}): DeliveryJob {
    const logger = pino({}, { write: (line: string) => void log.push(line) })
    const ignored = { onAttempt: () => undefined, onWithheld: (each: WithheldMessage) => withheld.push(each) }
    const job = new DeliveryJob({ delivery: outbox, outbox, logger, ...ignored, pollMs, delayMaxMs })
    jobs.push(job)
    job.start()
    return job
  }

  it('looks for messages when it starts, and not again while nothing happens', async () => {
    const outbox = new Counter()
    outbox.waiting = 2
    start(outbox)
    await expect.poll(() => outbox.sent, patient).toBe(2)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(outbox.looked).toBe(1)
  })

  it('delivers soon after it is woken, even during a long pause', async () => {
    const outbox = new Counter()
    start(outbox)
    for (const round of [1, 2, 3]) {
      await expect.poll(() => outbox.looked, patient).toBeGreaterThanOrEqual(round)
      outbox.waiting = 1
      outbox.wake()
      await expect.poll(() => outbox.sent, patient).toBe(round)
    }
  })

  it('I4, A36: waits for a random time when it is woken, so that it delays no particular request', async () => {
    const outbox = new Counter()
    // So long that it is next to impossible that the time ends within this test.
    start(outbox, { delayMaxMs: 20 * 24 * hourMs })
    await expect.poll(() => outbox.looked, patient).toBe(1)
    outbox.waiting = 1
    outbox.wake()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(outbox.looked).toBe(1)
  })

  it('finds the messages of other nodes by polling', async () => {
    const outbox = new Counter()
    start(outbox, { pollMs: 5 })
    await expect.poll(() => outbox.looked, patient).toBeGreaterThan(1)
    outbox.waiting = 1
    await expect.poll(() => outbox.sent, patient).toBe(1)
  })

  it('looks again when the next message is due', async () => {
    const outbox = new Counter()
    outbox.nextMs = 1
    start(outbox)
    await expect.poll(() => outbox.looked, patient).toBeGreaterThan(2)
  })

  it('logs once that the outbox cannot be read, and continues when it can', async () => {
    const outbox = new Counter()
    outbox.failure = new Error('connection refused')
    start(outbox, { pollMs: 5 })
    await expect.poll(() => outbox.looked, patient).toBeGreaterThan(3)
    outbox.failure = null
    outbox.waiting = 1
    await expect.poll(() => outbox.sent, patient).toBe(1)
    expect(log.filter((line) => line.includes('the outbox cannot be read'))).toHaveLength(1)
  })

  it('does not look again when it is stopped, and stops at once if nothing is running', async () => {
    const outbox = new Counter()
    const job = start(outbox)
    await expect.poll(() => outbox.looked, patient).toBe(1)
    await job.stop()
    outbox.wake()
    expect(outbox.looked).toBe(1)
  })

  it('A88: reports a message that a cap withholds, without its recipient', () => {
    const outbox = new Counter()
    start(outbox)
    const message = { id: newId<MessageId>(), channel: 'sms', template: 't', reason: 'caller' } as const
    outbox.withhold(message)
    expect(withheld).toEqual([message])
    expect(log.map((line) => JSON.parse(line) as object)).toMatchObject([
      { message_id: message.id, reason: 'caller', msg: 'message withheld' },
    ])
  })
})
