import { describe, expect, it } from 'vitest'
import type { CurrentUser } from './current-user.ts'
import {
  anyUser,
  check,
  everyPermission,
  type Requirement,
  recentSignIn,
  secondFactor,
  someRole,
} from './requirement.ts'

const now = 1_800_000_000
const user: CurrentUser = {
  id: '01a1fc40-74e8-7000-8000-000000000001',
  sessionId: '01a1fc40-74e8-7000-8000-000000000002',
  clientId: 'proxima',
  roles: ['user', 'editor'],
  permissions: ['reports:read', 'reports:write'],
  authTime: now - 100,
  amr: [],
  acr: null,
  expiresAt: null,
}
const outcome = (requirement: Requirement, change: Partial<CurrentUser> = {}) => {
  try {
    check(requirement, { ...user, ...change }, now)
    return 'admitted'
  } catch (error) {
    return (error as { code?: string }).code
  }
}

describe('a requirement', () => {
  it('of a user lets every user in', () => {
    expect(outcome(anyUser, { roles: [], permissions: null })).toBe('admitted')
  })

  it('of roles is met by one of them, written in the same way', () => {
    expect(outcome(someRole(['admin', 'editor']))).toBe('admitted')
    expect(outcome(someRole(['admin']))).toBe('forbidden')
    expect(outcome(someRole(['Editor']))).toBe('forbidden')
    expect(outcome(someRole(['edit']))).toBe('forbidden')
  })

  it('of roles or of a recent sign-in is never met by an API key or a program', () => {
    for (const change of [{ sessionId: null, authTime: null }, { clientId: 'reports' }]) {
      expect(outcome(someRole(['editor']), change)).toBe('forbidden')
      expect(outcome(recentSignIn(600), change)).toBe('step_up_required')
      expect(outcome(everyPermission(['reports:read']), change)).toBe('admitted')
    }
  })

  it('of permissions is met by all of them, and never by a list that is not there', () => {
    expect(outcome(everyPermission(['reports:read', 'reports:write']))).toBe('admitted')
    expect(outcome(everyPermission(['reports:read', 'reports:delete']))).toBe('forbidden')
    expect(outcome(everyPermission(['reports:read']), { permissions: null })).toBe('forbidden')
    expect(outcome(everyPermission(['reports:read']), { permissions: [] })).toBe('forbidden')
  })

  it('of a recent sign-in is met up to its age, and never without a time', () => {
    expect(outcome(recentSignIn(100))).toBe('admitted')
    expect(outcome(recentSignIn(99))).toBe('step_up_required')
    expect(outcome(recentSignIn(100), { authTime: null })).toBe('step_up_required')
    expect(outcome(recentSignIn(100), { authTime: now + 100 })).toBe('admitted')
    expect(outcome(recentSignIn(100), { authTime: now + 101 })).toBe('step_up_required')
  })

  it('of a second factor is met by the level of the sign-in, and never by an API key', () => {
    expect(outcome(secondFactor(), { acr: 'urn:proxima:aal2' })).toBe('admitted')
    expect(outcome(secondFactor(), { acr: 'phr' })).toBe('admitted')
    for (const acr of [null, '', 'urn:proxima:aal1', 'urn:proxima:aal2 phr', 'PHR'])
      expect(outcome(secondFactor(), { acr }), String(acr)).toBe('step_up_required')
    const strong = secondFactor({ isPhishingResistant: true })
    expect(outcome(strong, { acr: 'phr' })).toBe('admitted')
    expect(outcome(strong, { acr: 'urn:proxima:aal2' })).toBe('step_up_required')
  })

  it('names in the challenge what is missing', () => {
    const challengeOf = (requirement: Requirement) => {
      try {
        check(requirement, { ...user, permissions: [], authTime: null }, now)
      } catch (error) {
        return (error as { challenge?: object }).challenge
      }
    }
    expect(challengeOf(everyPermission(['a:b', 'c:d']))).toEqual({ scope: 'a:b c:d' })
    expect(challengeOf(recentSignIn(60))).toEqual({ max_age: '60' })
    expect(challengeOf(secondFactor())).toEqual({ acr_values: 'urn:proxima:aal2 phr' })
  })

  it('cannot be empty, and cannot break the header', () => {
    for (const bad of [[], [''], ['a b'], ['a"b'], ['a\\b'], ['a\r\nb'], ['ä']]) {
      expect(() => someRole(bad), JSON.stringify(bad)).toThrow(TypeError)
      expect(() => everyPermission(bad), JSON.stringify(bad)).toThrow(TypeError)
    }
    for (const bad of [0, -1, Number.NaN]) expect(() => recentSignIn(bad)).toThrow(TypeError)
  })
})
