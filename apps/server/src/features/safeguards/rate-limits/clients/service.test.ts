import { randomUUID } from 'node:crypto'
import { Writable } from 'node:stream'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startTcpRelay, type TcpRelay } from '../../../../../tests/support/tcp-relay.ts'
import { connectRedis } from '../../../../app/redis.ts'
import { createLogger } from '../../../../platform/http/logging.ts'
import type { LimitPolicy } from '../../../../platform/kernel/limiter.ts'
import { ClientLimiter } from './service.ts'

function limitersOf([one, other]: [Redis, Redis]): [ClientLimiter, ClientLimiter] {
  return [new ClientLimiter(one), new ClientLimiter(other)]
}

const redisUrl = process.env['PROXIMA_TEST_REDIS_URL']

function freshPolicy(quota: number): LimitPolicy {
  return { name: `test-${randomUUID()}`, quota, windowSeconds: 60 }
}

async function allowed(
  [first, ...others]: readonly [ClientLimiter, ...ClientLimiter[]],
  policy: LimitPolicy,
  tries: number,
  client = 'a',
) {
  const limiters = [first, ...others]
  const states = await Promise.all(
    Array.from({ length: tries }, (_, index) =>
      (limiters[index % limiters.length] ?? first).take(policy, client),
    ),
  )
  return states.filter(({ isExceeded }) => !isExceeded).length
}

describe('a limit in memory', () => {
  it('allows each client as many uses as its quota, even all at once', async () => {
    const limiter = new ClientLimiter(null)
    const policy = freshPolicy(25)
    expect(await allowed([limiter], policy, 1_000)).toBe(25)
    expect(await allowed([limiter], policy, 1_000, 'b')).toBe(25)
    expect(await limiter.take(policy, 'a')).toMatchObject({ isExceeded: true, remaining: 0 })
  })

  it('keeps the limits of two policies apart', async () => {
    const limiter = new ClientLimiter(null)
    expect(await allowed([limiter], freshPolicy(3), 10)).toBe(3)
    expect(await allowed([limiter], freshPolicy(5), 10)).toBe(5)
  })
})

describe.skipIf(redisUrl === undefined)('a limit in Redis', () => {
  let relay: TcpRelay
  let nodes: [Redis, Redis]
  const log: string[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log.push(...chunk.toString().trimEnd().split('\n'))
      done()
    },
  })

  beforeAll(async () => {
    relay = await startTcpRelay(Number(new URL(redisUrl ?? '').port))
    const logger = createLogger({ level: 'info', format: 'json' }, stream)
    const url = `redis://127.0.0.1:${relay.port}`
    nodes = [await connectRedis(url, logger), await connectRedis(url, logger)]
    await untilReady(true)
  })
  afterAll(async () => {
    for (const node of nodes) node.disconnect()
    await relay.close()
  })

  async function untilReady(isReady: boolean): Promise<void> {
    await vi.waitUntil(() => nodes.every(({ status }) => (status === 'ready') === isReady), {
      timeout: 10_000,
    })
  }

  it('is shared by all nodes', async () => {
    const limiters = limitersOf(nodes)
    // Few enough for Redis to answer all in time on a busy machine.
    expect(await allowed(limiters, freshPolicy(30), 100)).toBe(30)
  })

  it('continues in memory while Redis is down, reports that once, and is shared again afterwards', async () => {
    const limiters = limitersOf(nodes)
    const policy = freshPolicy(10)
    relay.cut()
    await untilReady(false)
    await vi.waitUntil(() => log.filter((line) => line.includes('Redis does not answer')).length > 1)
    expect(await allowed(limiters, policy, 100)).toBe(20)
    expect(log.filter((line) => line.includes('Redis does not answer'))).toHaveLength(nodes.length)
    relay.restore()
    await untilReady(true)
    expect(log.some((line) => line.includes('Redis is back'))).toBe(true)
    expect(await allowed(limiters, freshPolicy(10), 100)).toBe(10)
  })
})
