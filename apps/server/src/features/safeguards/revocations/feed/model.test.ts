import { expect, it } from 'vitest'
import { type AccountId, newId } from '../../../../platform/kernel/ids.ts'
import { mayConcern, readLastBatch } from './model.ts'

it('the last batch that a client has is a number of at most fifteen digits, and nothing else', () => {
  expect(['0', '42', '9'.repeat(15)].map(readLastBatch)).toEqual([0, 42, 999_999_999_999_999])
  for (const other of [undefined, '', ' ', '-1', '1.5', '1e3', '0x10', '1 ', 'NaN', '9'.repeat(16)])
    expect(readLastBatch(other), String(other)).toBeNull()
})

it('I6: a revocation may concern a reader if it names them, a role or a key', () => {
  const [reader, other] = [newId<AccountId>(), newId<AccountId>()]
  const concerns = (kind: 'session' | 'account' | 'role' | 'key', accountId: AccountId | null) =>
    mayConcern({ kind, accountId }, { accountId: reader })
  for (const kind of ['session', 'account'] as const)
    expect([concerns(kind, reader), concerns(kind, other), concerns(kind, null)]).toEqual([
      true,
      false,
      false,
    ])
  for (const kind of ['role', 'key'] as const) expect(concerns(kind, null), kind).toBe(true)
})
