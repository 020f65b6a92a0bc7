import { describe, expect, it } from 'vitest'
import { permissionClaims, permissionsClaimLengthMax } from './model.ts'

describe('the permissions in an access token', () => {
  /** Each takes 20 characters of JSON, with its quotes and its comma. */
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => `moments:${String(index).padStart(9, '0')}` as const)

  it('are all there as long as they fit', () => {
    const longest = many(99)
    expect(JSON.stringify(longest).length).toBeLessThanOrEqual(permissionsClaimLengthMax)
    for (const permissions of [[], ['users:read'] as const, longest])
      expect(permissionClaims(permissions)).toEqual({ permissions })
  })

  it('are left out together if they are too long for a header, and the token says so', () => {
    expect(permissionClaims(many(100))).toEqual({ permissions_truncated: true })
  })
})
