import { pino } from 'pino'
import { expect, it } from 'vitest'
import { RefusalSumsJob } from './refusal-sums-job.ts'

/** An audit trail that fails the given number of times first. */
function auditOf(failures: number) {
  const calls: string[] = []
  const storeSums = async () => {
    calls.push(calls.length < failures ? 'failed' : 'stored')
    if (calls.length <= failures) throw new Error('database gone')
  }
  return { calls, storeSums }
}

it('stores the sums again and again, also after a failure, and for the last time when it stops', async () => {
  const lines: string[] = []
  const logger = pino({}, { write: (line: string) => void lines.push(line) })
  const audit = auditOf(1)
  const job = new RefusalSumsJob({ audit, logger, intervalMs: 5 })
  job.start()
  await expect.poll(() => audit.calls.length).toBeGreaterThan(2)
  expect(audit.calls.slice(0, 2)).toEqual(['failed', 'stored'])
  expect(lines.join()).toContain('the database could not store the sums of refusals')
  await job.stop()
  const before = audit.calls.length
  const idle = new RefusalSumsJob({ audit, logger, intervalMs: 60_000 })
  idle.start()
  await idle.stop()
  expect(audit.calls.length).toBe(before + 1)
})
