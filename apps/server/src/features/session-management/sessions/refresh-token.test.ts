import { expect, it } from 'vitest'
import { afterReplacement } from './refresh-token.ts'

const now = new Date('2026-03-01T12:00:00Z')
const ago = (seconds: number) => now.getTime() - seconds * 1_000
const after = (...replacedAt: number[]) => afterReplacement({ replacedAt }, { now, graceSeconds: 30 })

it('the times of replacement end at the first one outside the grace window, and are twelve at most', () => {
  expect(after()).toEqual([ago(0)])
  expect(after(ago(1), ago(29))).toEqual([ago(0), ago(1), ago(29)])
  expect(after(ago(1), ago(30), ago(31))).toEqual([ago(0), ago(1)])
  // The place of a time says which token it belongs to, so none is left out in between.
  expect(after(ago(1), ago(40), ago(2))).toEqual([ago(0), ago(1)])
  expect(after(...Array.from({ length: 12 }, (_, index) => ago(index)))).toHaveLength(12)
})
