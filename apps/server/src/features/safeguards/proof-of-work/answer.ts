import type { RouteWork } from '../../../platform/http/proof-of-work.ts'

/** Wrong passwords. Someone who mistypes theirs a few times notices nothing. */
export const signInWork: RouteWork = {
  name: 'sign-in',
  freeCalls: 10,
  windowSeconds: 300,
  refundsSuccess: true,
  identifierOf: (body) => firstText(body, ['identifier', 'username', 'email', 'phone_number']),
}

/** Every account counts: an attacker wants them to succeed (A14). */
export const signUpWork: RouteWork = {
  name: 'sign-up',
  freeCalls: 5,
  windowSeconds: 3_600,
  refundsSuccess: false,
  identifierOf: () => null,
}

/** Every message counts: someone else gets it. */
export const recoveryWork: RouteWork = {
  name: 'recovery',
  freeCalls: 5,
  windowSeconds: 3_600,
  refundsSuccess: false,
  identifierOf: (body) => firstText(body, ['identifier']),
}

/** Like a recovery: every message counts. */
export const signInCodeWork: RouteWork = { ...recoveryWork, name: 'sign-in-code' }

function firstText(body: unknown, names: readonly string[]): string | null {
  const fields = (body ?? {}) as Readonly<Record<string, unknown>>
  const given = names.map((name) => fields[name]).find((value) => typeof value === 'string')
  return typeof given === 'string' ? given : null
}
