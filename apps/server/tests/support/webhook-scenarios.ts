import { expect } from 'vitest'
import { Owing } from '../../src/features/integration/webhooks/deliveries/lines/owing.ts'
import { LinesRepository } from '../../src/features/integration/webhooks/deliveries/lines/repository.ts'
import { DeliveriesRepository } from '../../src/features/integration/webhooks/deliveries/repository.ts'
import type { Sent } from '../../src/features/integration/webhooks/deliveries/sender.ts'
import { WebhookDeliveryService } from '../../src/features/integration/webhooks/deliveries/service.ts'
import { overlapMaxSeconds } from '../../src/features/integration/webhooks/endpoints/model.ts'
import { EndpointsRepository } from '../../src/features/integration/webhooks/endpoints/repository.ts'
import { signingKeys } from '../../src/features/integration/webhooks/endpoints/secrets.ts'
import { inTransaction } from '../../src/platform/database/transactions.ts'
import { type AccountId, type AuditEventId, newId, type WebhookId } from '../../src/platform/kernel/ids.ts'
import { minute, type World, years } from './clock-scenarios.ts'
import type { FrozenClock } from './frozen-clock.ts'

const endpoints = new EndpointsRepository()
const deliveries = new DeliveriesRepository()
const lines = new LinesRepository()

async function insertEndpoint({ db }: Pick<World, 'db'>, previousUntil: Date | null): Promise<WebhookId> {
  const id = newId<WebhookId>()
  const at = new Date(0)
  const secrets = { current: 'current', previous: 'previous', previousUntil }
  const settings = {
    url: 'https://app.example.org/',
    description: null,
    eventTypes: ['user.created'],
  } as const
  const endpoint = {
    ...settings,
    id,
    state: 'enabled',
    cursorBlock: 0,
    secrets,
    createdAt: at,
    updatedAt: at,
  } as const
  await inTransaction(db, (transaction) => endpoints.insert(transaction, endpoint))
  return id
}

/** The secret before no longer signs when its overlap is over, or if it is dated later than any overlap ends. */
export async function secretOverlap(world: World): Promise<void> {
  const { db, ahead, wrongClock, rightClock } = world
  const id = await insertEndpoint(world, new Date(wrongClock.now().getTime() + 10 * minute * 1_000))
  const stored = await endpoints.find(db, id)
  const opener = { open: (sealed: string) => sealed }
  const secrets = stored?.secrets ?? { current: '', previous: null, previousUntil: null }
  const count = signingKeys(opener, id, { secrets, now: rightClock.now() }).length
  const leftSeconds = ahead + 10 * minute
  expect(count).toBe(leftSeconds > 0 && leftSeconds <= overlapMaxSeconds ? 2 : 1)
}

/** A delivery that failed once is tried again within hours, and given up in the end. */
export async function webhookRetry(world: World): Promise<void> {
  const { db, ahead, wrongClock, rightClock } = world
  await db.deleteFrom('webhook_deliveries').execute()
  await db.deleteFrom('webhook_endpoints').execute()
  const endpointId = await insertEndpoint(world, null)
  const event = {
    id: newId<AuditEventId>(),
    block: 1,
    type: 'user.created',
    accountId: newId<AccountId>(),
    at: wrongClock.now(),
    body: '{}',
  } as const
  const owing = new Owing({ lines, clock: wrongClock })
  await inTransaction(db, (transaction) => owing.owe(transaction, endpointId, [event]))
  const work = async (clock: FrozenClock, sent: Sent) => {
    const outcomes: string[] = []
    const delivery = new WebhookDeliveryService({
      db,
      clock,
      endpoints,
      deliveries,
      lines,
      endpointStops: { stop: async () => false },
      events: { read: async () => false },
      sender: { send: async () => sent },
      random: () => 0,
    })
    await delivery.round({
      aborting: new AbortController().signal,
      onAttempt: ({ outcome }) => outcomes.push(outcome),
      onFailure: (error) => {
        throw error
      },
    })
    await delivery.settled()
    return outcomes
  }
  expect(await work(wrongClock, { error: 'http 503', isGone: false, retryAfterMs: null })).toEqual(['failed'])
  // Not at once, if the clock may still be right: it has just been tried.
  if (ahead === 5 * minute)
    expect(await work(rightClock, { error: null, isGone: false, retryAfterMs: null })).toEqual([])
  const tried: string[] = []
  for (let hours = 0; hours < 200 && !tried.includes('dead'); hours += 4) {
    rightClock.advance(4 * 3_600)
    tried.push(...(await work(rightClock, { error: 'http 503', isGone: false, retryAfterMs: null })))
  }
  // A day that begins later ends later. Even ten years ahead, the number of attempts has a bound.
  expect(tried.at(-1)).toBe('dead')
  expect(tried.length).toBeLessThan(ahead === years ? 40 : 20)
}
