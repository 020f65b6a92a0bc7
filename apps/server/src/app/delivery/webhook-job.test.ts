import pino from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import type { Attempt } from '../../features/integration/webhooks/deliveries/model.ts'
import type { WebhookRound, WebhookRun } from '../../features/integration/webhooks/deliveries/service.ts'
import type { AuditEventId, WebhookId } from '../../platform/kernel/ids.ts'
import { WebhookJob, type WebhookJobOptions } from './webhook-job.ts'

const hourMs = 3_600_000
const patient = { timeout: 20_000, interval: 5 }

const attempt: Attempt = {
  endpointId: '01a1fc40-74e8-7c3a-9f10-2f6f3f1f9b51' as WebhookId,
  eventId: '01a1fc40-74e8-7c3a-9f10-2f6f3f1f9b52' as AuditEventId,
  attempts: 1,
  outcome: 'delivered',
  stopped: null,
  error: null,
}

/** Fake webhooks that count how often the job looks. */
class Counter {
  looked = 0
  found: WebhookRound = { hasEndpoints: true, isMore: false }
  failure: Error | null = null
  run: WebhookRun | null = null
  running: Promise<void> = Promise.resolve()

  async round(run: WebhookRun): Promise<WebhookRound> {
    this.looked += 1
    this.run = run
    if (this.failure !== null) throw this.failure
    return this.found
  }

  async settled(): Promise<void> {
    await this.running
  }
}

describe('the webhook job', () => {
  const jobs: WebhookJob[] = []
  const log: string[] = []
  let closed = 0
  let sealed: () => void = () => undefined
  afterEach(async () => {
    for (const job of jobs.splice(0)) await job.stop()
    log.splice(0)
  })

  function start(webhooks: Counter, options: Partial<WebhookJobOptions> = {}): WebhookJob {
    const job = new WebhookJob({
      webhooks,
      sealing: {
        onSealed: (announce) => {
          sealed = announce
        },
      },
      logger: pino({ level: 'debug' }, { write: (line: string) => void log.push(line) }),
      onAttempt: () => undefined,
      close: () => {
        closed += 1
      },
      pollMs: hourMs,
      idleMs: hourMs,
      ...options,
    })
    jobs.push(job)
    job.start()
    return job
  }

  it('looks when it starts, and not again before it is time', async () => {
    const webhooks = new Counter()
    start(webhooks)
    await expect.poll(() => webhooks.looked, patient).toBe(1)
  })

  it('looks often if there are webhooks, and seldom if there are none', async () => {
    const some = new Counter()
    start(some, { pollMs: 1 })
    await expect.poll(() => some.looked, patient).toBeGreaterThan(3)
    const none = new Counter()
    none.found = { hasEndpoints: false, isMore: false }
    start(none, { pollMs: 1 })
    await expect.poll(() => some.looked, patient).toBeGreaterThan(10)
    expect(none.looked).toBe(1)
  })

  it('looks again at once while there is more, after each attempt, and when events are sealed', async () => {
    const webhooks = new Counter()
    webhooks.found = { hasEndpoints: true, isMore: true }
    start(webhooks)
    await expect.poll(() => webhooks.looked, patient).toBeGreaterThan(2)
    webhooks.found = { hasEndpoints: true, isMore: false }
    const after = async (act: () => void) => {
      const before = webhooks.looked
      act()
      await expect.poll(() => webhooks.looked, patient).toBeGreaterThan(before)
    }
    await after(() => webhooks.run?.onAttempt(attempt))
    await after(() => sealed())
  })

  it('logs what is not delivered, without a URL and without a person', async () => {
    const webhooks = new Counter()
    start(webhooks)
    await expect.poll(() => webhooks.run, patient).not.toBeNull()
    webhooks.run?.onAttempt(attempt)
    webhooks.run?.onAttempt({ ...attempt, outcome: 'failed', error: 'http 500' })
    const dead = { ...attempt, outcome: 'dead', error: 'timeout', attempts: 14 } as const
    webhooks.run?.onAttempt({ ...dead, stopped: 'failed' })
    const ids = { webhook_id: attempt.endpointId, event_id: attempt.eventId }
    expect(log.map((line) => JSON.parse(line) as object)).toMatchObject([
      { ...ids, level: 20, attempts: 1 },
      { ...ids, level: 40, error: 'http 500' },
      { ...ids, level: 50, error: 'timeout', attempts: 14 },
      { webhook_id: attempt.endpointId, level: 50, reason: 'failed' },
    ])
  })

  it('tries again after a failure of the database, and says so once', async () => {
    const webhooks = new Counter()
    webhooks.failure = new Error('down')
    start(webhooks, { idleMs: 1 })
    await expect.poll(() => webhooks.looked, patient).toBeGreaterThan(3)
    expect(log).toHaveLength(1)
    webhooks.failure = null
    const { looked } = webhooks
    await expect.poll(() => webhooks.looked, patient).toBeGreaterThan(looked)
  })

  it('breaks off attempts that take too long when it stops, and then closes their connections', async () => {
    const webhooks = new Counter()
    const job = start(webhooks, { stopMaxMs: 10 })
    await expect.poll(() => webhooks.run, patient).not.toBeNull()
    const { aborting } = webhooks.run as WebhookRun
    webhooks.running = new Promise((resolve) => {
      aborting.addEventListener('abort', () => resolve())
    })
    closed = 0
    await job.stop()
    expect([aborting.aborted, closed]).toEqual([true, 1])
    jobs.splice(0)
  })
})
