import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { type Parsed, refuse } from '../../../../platform/kernel/parsed.ts'
import type { PhoneNumber } from './phone-number.ts'

/**
 * Numbers whose owner earns by each call or text message, or that no person carries. Fraudsters register them, so that
 * the operator pays for messages to them (A89).
 */
const costlyTypes: ReadonlySet<string | undefined> = new Set([
  'PREMIUM_RATE',
  'SHARED_COST',
  'PERSONAL_NUMBER',
  'PAGER',
  'UAN',
  'VOICEMAIL',
])

/** Satellite phones, international networks and international premium rate (ITU-T E.164, "non-geographic" codes). */
const costlyCallingCodes: ReadonlySet<string> = new Set(['870', '878', '881', '882', '883', '979'])

const refused = refuse(
  'phone_number_costly',
  'This server does not accept premium-rate, shared-cost, satellite and pager numbers. Use a mobile or landline number.',
)

/** @param canonical a number in E.164 */
export function isCostlyNumber(canonical: string): boolean {
  const number = parsePhoneNumberFromString(canonical)
  if (number === undefined) return false
  return costlyCallingCodes.has(number.countryCallingCode) || costlyTypes.has(number.getType())
}

/** Refuses a new number that is costly. A rule for registration only: a stored number must still sign in. */
export function refuseCostly(parsed: Parsed<PhoneNumber>): Parsed<PhoneNumber> {
  return parsed.ok && isCostlyNumber(parsed.value.canonical) ? refused : parsed
}

/** The ISO 3166 code of the country of a number in E.164, or its calling code if it belongs to no country. */
export function countryOf(canonical: string): string {
  const number = parsePhoneNumberFromString(canonical)
  return number?.country ?? number?.countryCallingCode ?? 'unknown'
}
