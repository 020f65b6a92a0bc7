import { expect, it } from 'vitest'
import { grantFailure } from './model.ts'

const expired = { isExpired: true }

it('a reset is refused with the reason, for a token and for a link', () => {
  const refusalOf = (...parameters: Parameters<typeof grantFailure>) => {
    const { problem, message } = grantFailure(...parameters)
    return `${problem.code}: ${message}`
  }
  expect(refusalOf({ purpose: 'recovery_token' }, expired)).toBe(
    'code_expired: This recovery token has expired. Start the recovery again.',
  )
  expect(refusalOf({ purpose: 'recovery' }, expired)).toBe(
    'code_expired: This link has expired. Start the recovery again.',
  )
  expect(refusalOf({ purpose: 'recovery_token' })).toMatch(/^code_invalid: This recovery token is not valid/)
  expect(refusalOf({ purpose: 'recovery' })).toMatch(/^code_invalid: This link is not valid/)
})
