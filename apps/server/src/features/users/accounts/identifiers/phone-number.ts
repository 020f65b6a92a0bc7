import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { accept, type Parsed, refuse } from '../../../../platform/kernel/parsed.ts'

export interface PhoneNumber {
  /** In E.164: `+` and at most 15 digits. Unique, used for look-ups, and shown. */
  readonly canonical: string
}

/** In UTF-16 units: enough for 15 digits, an international prefix, separators and white space around it. */
const unitsMax = 64

const malformed = refuse(
  'phone_number_malformed',
  'Use only digits, spaces, "-", ".", "/", "(" and ")". Begin with "+" and the country code, such as +254 712 345678.',
)
const unknown = refuse(
  'phone_number_invalid',
  'This number does not exist in any numbering plan. Check it, and send it as +<country code><number>.',
)
const ambiguous = refuse(
  'phone_number_ambiguous',
  'With and without this "(0)", these are two different numbers. Send the correct one without brackets.',
)
const regionNeeded = refuse(
  'region_needed',
  'This server does not know which country the number is from. Send it as +<country code><number>.',
)

/** True if it is an ISO 3166 code, in capitals, of a region with a known numbering plan. */
export function isRegion(code: string): code is CountryCode {
  return isSupportedCountry(code)
}

/**
 * Parses a number that exists in the numbering plan of its country, and drops white space around it. Without a default
 * region, it reads `00` as `+`. With one, it reads the international prefix of that region (`00`, `011`, …) as `+`.
 * @param defaultRegion ISO 3166 code for numbers in national form; null to refuse those
 */
export function parsePhoneNumber(text: string, defaultRegion: string | null): Parsed<PhoneNumber> {
  // Check the length first, so that a text of any length costs the same.
  if (text.length > unitsMax) return malformed
  const written = text.trim().normalize('NFKC')
  // No letters and no ";ext=" (RFC 3966): two accounts could share one line, and codes are sent to the line.
  if (!/^\+?[ ().\-/]*\d[\d ().\-/]*$/.test(written)) return malformed
  const region = defaultRegion !== null && isRegion(defaultRegion) ? defaultRegion : null
  const dialled = region === null ? written.replace(/^00/, '+') : written
  if (region === null && !dialled.startsWith('+')) return regionNeeded
  // The "(0)" in +44 (0)20 is dialled only within the country, and the library drops it if the plan has such a prefix.
  // If the zero belongs to the number, as in Italy, it stays. In all other plans only the number without it exists.
  const canonical = readNumber(dialled, region)
  const trunkless = readNumber(dialled.replace('(0)', ''), region)
  if (canonical !== null && trunkless !== null && canonical !== trunkless) return ambiguous
  const found = canonical ?? trunkless
  return found === null ? unknown : accept({ canonical: found })
}

function readNumber(written: string, region: CountryCode | null): string | null {
  const digits = written.replaceAll(/[^\d+]/g, '')
  const options = region === null ? { extract: false } : { extract: false, defaultCountry: region }
  const number = parsePhoneNumberFromString(digits, options)
  return number?.isValid() === true ? number.number : null
}
