import { pino } from 'pino'
import { expect, it } from 'vitest'
import { StoreJob } from './store-job.ts'

/** Fails the given number of times first. */
function storeAfter(failures: number) {
  const calls: string[] = []
  const store = async () => {
    calls.push(calls.length < failures ? 'failed' : 'stored')
    if (calls.length <= failures) throw new Error('database gone')
  }
  return { calls, store }
}

function collectingLogger() {
  const lines: string[] = []
  return { lines, logger: pino({}, { write: (line: string) => void lines.push(line) }) }
}

it('stores again and again, also after failures, which it reports once', async () => {
  const { lines, logger } = collectingLogger()
  const { calls, store } = storeAfter(3)
  const job = new StoreJob({
    failure: 'the database could not store the sums of refusals',
    store,
    logger,
    intervalMs: 5,
  })
  job.start()
  await expect.poll(() => calls.length).toBeGreaterThan(4)
  expect(calls.slice(0, 4)).toEqual(['failed', 'failed', 'failed', 'stored'])
  await job.stop()
  expect(
    lines.filter((line) => line.includes('the database could not store the sums of refusals')),
  ).toHaveLength(1)
})

it('stores the rest when it stops', async () => {
  const { calls, store } = storeAfter(0)
  const { logger } = collectingLogger()
  const job = new StoreJob({
    failure: 'the database could not store the sums of refusals',
    store,
    logger,
    intervalMs: 60_000,
  })
  job.start()
  await job.stop()
  expect(calls).toEqual(['stored'])
})
