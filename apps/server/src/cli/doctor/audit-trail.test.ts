import { expect, it } from 'vitest'
import { judgeTail } from '../../app/doctor/audit-trail.ts'
import type { Tail } from '../../features/administration/audit-trail/verification/model.ts'

const now = new Date('2026-11-29T12:00:00Z')
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
const whole: Tail = { blocks: 200, findings: [], unsealedSince: null, uncoveredSince: null }
const changed = { kind: 'event_changed', block: 7, event: null, detail: 'Event 1 is not as it was.' } as const

const codesOf = (tail: Partial<Tail>, isRunning = true) =>
  judgeTail({ ...whole, ...tail }, { isRunning, now }).map(({ severity, code }) => `${severity} ${code}`)

it.each([
  ['that is whole', {}, []],
  ['whose last second is not sealed', { unsealedSince: minutesAgo(1), uncoveredSince: minutesAgo(9) }, []],
  ['that someone has changed', { findings: [changed] }, ['error audit_trail_changed']],
  ['that no longer grows', { unsealedSince: minutesAgo(11) }, ['error audit_trail_not_sealed']],
  ['without a new checkpoint', { uncoveredSince: minutesAgo(11) }, ['warning audit_checkpoint_late']],
])('judges a trail %s', (_which, tail, expected) => {
  expect(codesOf(tail)).toEqual(expected)
})

it('blames no delay on a server that does not run', () => {
  const tail = { findings: [changed], unsealedSince: minutesAgo(600), uncoveredSince: minutesAgo(600) }
  expect(codesOf(tail, false)).toEqual(['error audit_trail_changed'])
})
