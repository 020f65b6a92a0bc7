import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { watchEventLoop } from './event-loop.ts'

function busy(ms: number): void {
  for (const until = performance.now() + ms; performance.now() < until; );
}

it('a blocked event loop counts as a delay of every caller who would have arrived in that time', async () => {
  const delays: number[] = []
  const end = watchEventLoop((seconds) => delays.push(seconds))
  await setTimeout(100)
  delays.length = 0
  busy(400)
  await setTimeout(100)
  end()
  const long = delays.filter((seconds) => seconds > 0.1)
  expect(Math.max(...delays)).toBeGreaterThan(0.35)
  // Of those who came every 20 ms, the ones of the first 300 waited longer than 100.
  expect(long.length).toBeGreaterThanOrEqual(13)
  const count = delays.length
  await setTimeout(100)
  expect(delays.length).toBe(count)
})
