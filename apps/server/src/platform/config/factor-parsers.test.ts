import { describe, expect, it } from 'vitest'
import { rolesOf, secondFactorRule } from '../kernel/second-factor-rule.ts'
import { loadConfig } from './load-config.ts'

const secret = { PROXIMA_SECRET: 'a secret that is long enough for the tests of the settings' }
const load = (env: Record<string, string>) => loadConfig({ ...secret, ...env })

describe('PROXIMA_SECOND_FACTOR', () => {
  it.each(['off', 'optional', 'required', 'required-for-roles:admin, support'])('accepts %s', (text) => {
    expect(load({ PROXIMA_SECOND_FACTOR: text }).secondFactor).toBe(text)
  })

  it.each([
    'on',
    'Required',
    'required-for-roles',
    'required-for-roles:',
    'required-for-roles:a,,b',
    'required-for-roles:a b',
  ])('refuses %s', (text) => {
    expect(() => load({ PROXIMA_SECOND_FACTOR: text })).toThrow('PROXIMA_SECOND_FACTOR')
  })

  it('requires a second factor of the people whom it names, and never of a program', () => {
    const person = { kind: 'person' } as const
    const rule = secondFactorRule('required-for-roles:admin, support')
    expect(rolesOf('required-for-roles:admin, support')).toEqual(['admin', 'support'])
    expect(rule.requires(person, ['user', 'support'])).toBe(true)
    expect(rule.requires(person, ['user'])).toBe(false)
    expect(rule.requires({ kind: 'service' }, ['admin'])).toBe(false)
    expect(secondFactorRule('required').requires(person, [])).toBe(true)
    expect(secondFactorRule('optional').requires(person, ['admin'])).toBe(false)
  })
})

describe('PROXIMA_PASSWORD_LENGTH_MIN', () => {
  it.each([
    ['nist', 'required', 8],
    ['nist', 'required-for-roles:admin', 15],
    ['nist', 'optional', 15],
    ['nist', 'off', 15],
    ['10', 'optional', 10],
  ])('%s with the second factor %s is %i', (length, factor, expected) => {
    const config = load({ PROXIMA_PASSWORD_LENGTH_MIN: length, PROXIMA_SECOND_FACTOR: factor })
    expect(config.passwordLengthMin).toBe(expected)
  })
})
