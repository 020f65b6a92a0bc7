import { describe, expect, it } from 'vitest'
import { changesBetween } from './model.ts'

describe('what the audit trail shows of a change', () => {
  const before = { name: 'Reports', scope: ['users:read'], ends_at: null }

  it('is the fields that differ, and only these', () => {
    const after = { ...before, scope: ['users:read', 'users:write'] }
    expect(changesBetween(before, after)).toEqual({
      before: { scope: ['users:read'] },
      after: { scope: ['users:read', 'users:write'] },
    })
  })

  it('is nothing if lists are equal', () => {
    expect(changesBetween(before, { ...before, scope: ['users:read'] })).toEqual({ before: {}, after: {} })
  })

  it('is every field of something new or deleted, also an empty one', () => {
    expect(changesBetween(null, before)).toEqual({ before: {}, after: before })
    expect(changesBetween(before, null)).toEqual({ before, after: {} })
  })
})
