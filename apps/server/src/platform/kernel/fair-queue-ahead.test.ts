import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Failure } from './failures.ts'
import { FairQueue } from './fair-queue.ts'
import { overloaded } from './problems.ts'

/** What happens to jobs whose steps end when the test ends them. */
class Jobs {
  readonly events: string[] = []
  readonly #ends = new Map<string, () => void>()

  step(name: string): () => Promise<void> {
    return () =>
      new Promise((resolve) => {
        this.events.push(name)
        this.#ends.set(name, resolve)
      })
  }

  async end(name: string): Promise<void> {
    this.#ends.get(name)?.()
    await vi.advanceTimersByTimeAsync(0)
  }

  /** The events since the last call. */
  take(): string[] {
    return this.events.splice(0)
  }
}

const deadlineMs = 1_000

describe('a FairQueue that prepares jobs ahead', () => {
  let jobs: Jobs
  let queue: FairQueue
  beforeEach(() => {
    vi.useFakeTimers()
    jobs = new Jobs()
    queue = new FairQueue({ concurrency: 2, ahead: 2, depth: 10, deadlineMs })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const run = (name: string) =>
    queue.run(jobs.step(`run ${name}`), name, '', jobs.step(`prepare ${name}`)).then(
      () => `${name} done`,
      (reason: unknown) => reason,
    )

  async function running(...names: string[]) {
    const results = names.map(run)
    await vi.advanceTimersByTimeAsync(0)
    for (const name of names.slice(0, 2)) await jobs.end(`prepare ${name}`)
    jobs.take()
    return results
  }

  it('prepares as many as may run while others run, and starts one at the moment a place is free', async () => {
    const results = ['a', 'b', 'c', 'd', 'e'].map(run)
    await vi.advanceTimersByTimeAsync(0)
    expect(jobs.take()).toEqual(['prepare a', 'prepare b', 'prepare c', 'prepare d'])
    for (const name of ['a', 'b', 'c', 'd']) await jobs.end(`prepare ${name}`)
    expect(jobs.take()).toEqual(['run a', 'run b'])
    expect([queue.running, queue.depth]).toEqual([2, 3])
    await jobs.end('run b')
    expect(jobs.take()).toEqual(['run c', 'prepare e'])
    for (const step of ['run a', 'run c', 'prepare e', 'run d', 'run e']) await jobs.end(step)
    expect(jobs.take()).toEqual(['run d', 'run e'])
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `${name} done`))
    expect([queue.running, queue.depth]).toEqual([0, 0])
  })

  it('A39: runs no job before it is prepared, even if a place is free', async () => {
    const results = await running('a', 'b', 'c')
    await jobs.end('run a')
    expect(jobs.take()).toEqual([])
    expect(queue.running).toBe(1)
    for (const step of ['prepare c', 'run b', 'run c']) await jobs.end(step)
    expect(jobs.take()).toEqual(['run c'])
    expect(await Promise.all(results)).toEqual(['a done', 'b done', 'c done'])
  })

  it('A39: never prepares a job that it refuses, and never refuses a job that it has prepared', async () => {
    const results = await running('a', 'b', 'c', 'd', 'e')
    await jobs.end('prepare c')
    await vi.advanceTimersByTimeAsync(deadlineMs + 1)
    expect(await results[4]).toMatchObject({ problem: overloaded })
    for (const step of ['run a', 'run b', 'run c', 'prepare d', 'run d']) await jobs.end(step)
    expect(jobs.take()).toEqual(['run c', 'run d'])
    expect(await Promise.all(results.slice(0, 4))).toEqual(['a done', 'b done', 'c done', 'd done'])
  })

  it('gives the place of a job that could not be prepared to the next one', async () => {
    const failed = queue.run(jobs.step('run x'), 'x', '', () => Promise.reject(new Error('no database')))
    const results = ['a', 'b', 'c', 'd'].map(run)
    await expect(failed).rejects.toThrow('no database')
    await vi.advanceTimersByTimeAsync(0)
    expect(jobs.take()).toEqual(['prepare a', 'prepare b', 'prepare c', 'prepare d'])
    for (const name of ['a', 'b', 'c', 'd']) await jobs.end(`prepare ${name}`)
    for (const name of ['a', 'b', 'c', 'd']) await jobs.end(`run ${name}`)
    expect(await Promise.all(results)).toHaveLength(4)
    expect([queue.running, queue.depth]).toEqual([0, 0])
  })

  it('I13: admits no more jobs than without it', () => {
    const none = new FairQueue({ concurrency: 2, depth: 4, deadlineMs })
    const some = new FairQueue({ concurrency: 2, ahead: 2, depth: 4, deadlineMs })
    for (const each of [none, some]) {
      const endless = Array.from({ length: 6 }, (_, job) => each.run(jobs.step('run'), `203.0.${job}.1`))
      expect(endless).toHaveLength(6)
      expect(() => each.assertCapacity('198.51.100.1')).toThrow(Failure)
    }
  })
})
