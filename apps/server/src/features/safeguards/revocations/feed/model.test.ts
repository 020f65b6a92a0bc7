import { expect, it } from 'vitest'
import { readLastBatch } from './model.ts'

it('the last batch that a client has is a number of at most fifteen digits, and nothing else', () => {
  expect(['0', '42', '9'.repeat(15)].map(readLastBatch)).toEqual([0, 42, 999_999_999_999_999])
  for (const other of [undefined, '', ' ', '-1', '1.5', '1e3', '0x10', '1 ', 'NaN', '9'.repeat(16)])
    expect(readLastBatch(other), String(other)).toBeNull()
})
