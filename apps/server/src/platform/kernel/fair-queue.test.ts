import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Failure } from './failures.ts'
import { FairQueue, type FairQueueOptions } from './fair-queue.ts'
import { overloaded } from './problems.ts'

/** Jobs that end when the test ends them, and the order in which they began. */
class Bench {
  readonly begun: string[] = []
  readonly #ends: (() => void)[] = []

  job(name: string): () => Promise<string> {
    return () =>
      new Promise((resolve) => {
        this.begun.push(name)
        this.#ends.push(() => resolve(name))
      })
  }

  async endOne(): Promise<void> {
    this.#ends.shift()?.()
    await settle()
  }
}

async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(0)
}

function makeQueue(options: Partial<FairQueueOptions> = {}): FairQueue {
  return new FairQueue({ concurrency: 1, depth: 10, deadlineMs: 2500, ...options })
}

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (reason: unknown) => (reason instanceof Failure ? reason : Promise.reject(reason)),
  )

describe('FairQueue', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('runs as many jobs at once as allowed, and lets the others wait', async () => {
    const bench = new Bench()
    const queue = makeQueue({ concurrency: 2 })
    const results = ['a', 'b', 'c', 'd'].map((name) => queue.run(bench.job(name), name))
    await settle()
    expect(bench.begun).toEqual(['a', 'b'])
    expect([queue.running, queue.depth]).toEqual([2, 2])
    for (let ended = 0; ended < 4; ended += 1) await bench.endOne()
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd'])
    expect([queue.running, queue.depth]).toEqual([0, 0])
  })

  it('I13: two networks that fill the queue do not keep a third one out', async () => {
    const bench = new Bench()
    const queue = makeQueue({ depth: 7 })
    const flood = Array.from({ length: 20 }, (_, index) => {
      const client = `192.0.${2 + (index % 2)}.${index}`
      return refusal(queue.run(bench.job(client), client))
    })
    await settle()
    const admitted = queue.depth
    queue.assertCapacity('203.0.113.1')
    const other = queue.run(bench.job('other'), '203.0.113.1')
    await settle()
    expect(queue.depth).toBe(admitted)
    for (let ended = 0; ended < 10; ended += 1) await bench.endOne()
    expect(await other).toBe('other')
    const outcomes = await Promise.all(flood)
    // The last one that was admitted makes room, so that no one waits in vain. It never begins.
    expect(bench.begun).toHaveLength(8)
    expect(bench.begun).not.toContain('192.0.3.7')
    expect(outcomes[7]).toMatchObject({ problem: overloaded, retryAfterSeconds: 3 })
    expect([queue.running, queue.depth]).toEqual([0, 0])
  })

  it('refuses at once, before any work, if all waiting places are taken', async () => {
    const bench = new Bench()
    const queue = makeQueue({ depth: 1 })
    const accepted = [queue.run(bench.job('a'), 'a'), queue.run(bench.job('b'), 'b')]
    await expect(queue.run(bench.job('c'), 'c')).rejects.toMatchObject({
      problem: overloaded,
      retryAfterSeconds: 3,
    })
    await bench.endOne()
    await bench.endOne()
    await Promise.all(accepted)
    expect(bench.begun).toEqual(['a', 'b'])
  })

  it('admits only as many as will run in time, judged by how long recent work took', async () => {
    const bench = new Bench()
    const queue = makeQueue({ deadlineMs: 1000 })
    const waiting = async (jobMs: number) => {
      const lasting = queue.run(bench.job('a'), 'a')
      await vi.advanceTimersByTimeAsync(jobMs)
      await bench.endOne()
      await lasting
      const clients = Array.from({ length: 20 }, (_, index) => `client ${index}`)
      const results = clients.map((client) => refusal(queue.run(bench.job(client), client)))
      await settle()
      const admitted = queue.depth
      while (queue.running > 0) await bench.endOne()
      await Promise.all(results)
      return admitted
    }
    expect(await waiting(100)).toBe(7)
    // What has run since took no time at all.
    expect(await waiting(0)).toBe(10)
  })

  it('reports in advance which client it would refuse', async () => {
    const bench = new Bench()
    const queue = makeQueue({ depth: 1 })
    expect(() => queue.assertCapacity('c')).not.toThrow()
    const accepted = [queue.run(bench.job('a'), 'a'), queue.run(bench.job('b'), 'b')]
    await settle()
    expect(() => queue.assertCapacity('c')).toThrow(Failure)
    await bench.endOne()
    expect(() => queue.assertCapacity('c')).not.toThrow()
    expect(() => queue.assertCapacity('b')).toThrow(Failure)
    await bench.endOne()
    await Promise.all(accepted)
  })

  it('lets as many jobs wait as run, however slow the work has become', async () => {
    const bench = new Bench()
    const queue = makeQueue({ concurrency: 2, deadlineMs: 1000 })
    const slow = queue.run(bench.job('slow'))
    await vi.advanceTimersByTimeAsync(60_000)
    await bench.endOne()
    await slow
    const results = ['a', 'b', 'c', 'd', 'e'].map((name) => refusal(queue.run(bench.job(name), name)))
    await settle()
    expect([queue.running, queue.depth]).toEqual([2, 2])
    while (queue.running > 0) await bench.endOne()
    expect(await Promise.all(results)).toMatchObject([...Array(4).fill('done'), { problem: overloaded }])
  })

  it('refuses a waiting job when its deadline passes', async () => {
    const bench = new Bench()
    const queue = makeQueue()
    const running = queue.run(bench.job('a'), 'a')
    const first = refusal(queue.run(bench.job('b'), 'b'))
    await vi.advanceTimersByTimeAsync(1000)
    const second = refusal(queue.run(bench.job('c'), 'b'))
    await vi.advanceTimersByTimeAsync(1499)
    expect(queue.depth).toBe(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(await first).toMatchObject({ problem: overloaded, retryAfterSeconds: 3 })
    expect(queue.depth).toBe(1)
    await vi.advanceTimersByTimeAsync(1000)
    expect(await second).toMatchObject({ problem: overloaded })
    expect([queue.running, queue.depth]).toEqual([1, 0])
    await bench.endOne()
    await running
    expect(bench.begun).toEqual(['a'])
  })

  it('gives the second job its own deadline when the first has started', async () => {
    const bench = new Bench()
    const queue = makeQueue()
    const running = [queue.run(bench.job('a'), 'a'), queue.run(bench.job('b'), 'b')]
    await vi.advanceTimersByTimeAsync(1000)
    const late = refusal(queue.run(bench.job('c'), 'c'))
    await bench.endOne()
    await vi.advanceTimersByTimeAsync(2499)
    expect(queue.depth).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(await late).toMatchObject({ problem: overloaded })
    await bench.endOne()
    await Promise.all(running)
  })

  it('does not run a job whose deadline passed while the timer was late', async () => {
    let nowMs = 0
    const bench = new Bench()
    const queue = makeQueue({ now: () => nowMs })
    const running = queue.run(bench.job('a'), 'a')
    const late = refusal(queue.run(bench.job('b'), 'b'))
    await settle()
    nowMs = 2500
    await bench.endOne()
    expect(await late).toMatchObject({ problem: overloaded })
    await running
    expect(bench.begun).toEqual(['a'])
  })

  it('leaves no timer behind when no job waits', async () => {
    const bench = new Bench()
    const queue = makeQueue()
    const results = [queue.run(bench.job('a')), queue.run(bench.job('b'))]
    await settle()
    expect(vi.getTimerCount()).toBe(1)
    await bench.endOne()
    expect(vi.getTimerCount()).toBe(0)
    await bench.endOne()
    await Promise.all(results)
  })

  it('serves clients in turn, however many jobs one of them has waiting', async () => {
    const bench = new Bench()
    const queue = makeQueue()
    const names = ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1']
    const results = names.map((name) => queue.run(bench.job(name), name.charAt(0)))
    await settle()
    for (const _ of names) await bench.endOne()
    await Promise.all(results)
    expect(bench.begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4'])
  })

  it('I13: refuses jobs of one client beyond half of the places and still serves the others', async () => {
    const bench = new Bench()
    const queue = makeQueue({ depth: 3 })
    const greedy = [queue.run(bench.job('a1'), 'a'), queue.run(bench.job('a2'), 'a')]
    await expect(queue.run(bench.job('a3'), 'a')).rejects.toMatchObject({ problem: overloaded })
    const other = queue.run(bench.job('b1'), 'b')
    await bench.endOne()
    const again = queue.run(bench.job('a4'), 'a')
    for (let ended = 0; ended < 3; ended += 1) await bench.endOne()
    expect(await Promise.all([...greedy, other, again])).toEqual(['a1', 'a2', 'b1', 'a4'])
  })

  it('I13: refuses jobs of one network beyond half of the places, however many clients send them', async () => {
    const bench = new Bench()
    const queue = makeQueue({ depth: 99 })
    const flood = Array.from({ length: 60 }, (_, index) =>
      refusal(queue.run(bench.job(`flood ${index}`), `192.0.2.${index}`)),
    )
    await settle()
    expect([queue.running, queue.depth]).toEqual([1, 49])
    const others = ['198.51.100.1', '203.0.113.1', '2001:db8:1:2::/64']
    const served = others.map((client) => queue.run(bench.job(client), client))
    for (let ended = 0; ended < 53; ended += 1) await bench.endOne()
    // The others come right after the job that ran already, and the one whose turn it was.
    expect(bench.begun.slice(0, 5)).toEqual(['flood 0', 'flood 1', ...others])
    expect(await Promise.all(served)).toEqual(others)
    const refused = (await Promise.all(flood)).filter((answer) => answer !== 'done')
    expect(refused).toHaveLength(10)
    expect(refused[0]).toMatchObject({ problem: overloaded })
  })

  it('serves the accounts of a client in turn', async () => {
    const bench = new Bench()
    const queue = makeQueue()
    const names = ['a1', 'a2', 'a3', 'b1']
    const results = names.map((name) => queue.run(bench.job(name), 'office', name.charAt(0)))
    await settle()
    for (const _ of names) await bench.endOne()
    await Promise.all(results)
    expect(bench.begun).toEqual(['a1', 'a2', 'b1', 'a3'])
  })

  it('frees the place of a job that is refused or fails', async () => {
    const bench = new Bench()
    const queue = makeQueue({ depth: 3 })
    const running = queue.run(bench.job('a1'), 'a')
    const late = refusal(queue.run(bench.job('a2'), 'a'))
    await vi.advanceTimersByTimeAsync(2500)
    await late
    const failing = queue.run(() => Promise.reject(new Error('no memory')), 'a')
    const told = expect(failing).rejects.toThrow('no memory')
    await bench.endOne()
    await told
    await running
    expect([queue.running, queue.depth]).toEqual([0, 0])
    const last = queue.run(bench.job('a3'), 'a')
    await settle()
    await bench.endOne()
    expect(await last).toBe('a3')
  })

  it('reports how long each job waited', async () => {
    const waits: number[] = []
    const bench = new Bench()
    const queue = makeQueue({ onWait: (seconds) => waits.push(seconds) })
    const results = [queue.run(bench.job('a')), queue.run(bench.job('b'))]
    await vi.advanceTimersByTimeAsync(500)
    await bench.endOne()
    await bench.endOne()
    await Promise.all(results)
    expect(waits).toEqual([0, 0.5])
  })

  it('rejects limits that make no sense', () => {
    expect(() => makeQueue({ concurrency: 0 })).toThrow(RangeError)
    expect(() => makeQueue({ depth: -1 })).toThrow(RangeError)
    expect(() => makeQueue({ deadlineMs: Number.NaN })).toThrow(RangeError)
  })
})
