import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { accept, type Parsed, type Refusal, refuse } from '../../../../platform/kernel/parsed.ts'
import { asciiNumber } from '../../../../platform/kernel/typed-text.ts'

export interface PhoneNumber {
  /** In E.164: `+` and at most 15 digits. Unique, used for look-ups, and shown. */
  readonly canonical: string
  /** As it was typed. Absent if no one has typed it. */
  readonly given?: string
}

/** In UTF-16 units: enough for 15 digits of two units, an international prefix, separators and invisible marks. */
const unitsMax = 128

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
const plusNeeded = refuse(
  'region_needed',
  'This server does not know which country the number is from. If it begins with the country code, put "+" before it.',
)

/** True if it is an ISO 3166 code, in capitals, of a region with a known numbering plan. */
export function isRegion(code: string): code is CountryCode {
  return isSupportedCountry(code)
}

/** A number as a person wrote it, in ASCII. */
interface Written {
  readonly text: string
  readonly region: CountryCode | null
}

/**
 * Parses a number that exists in the numbering plan of its country, in the digits of any script, and drops white space
 * around it. Without a default region, it reads `00` as `+`. With one, it reads the international prefix of that region
 * (`00`, `011`, …) as `+`, and `00` too if the number does not exist otherwise.
 * @param defaultRegion ISO 3166 code for numbers in national form; null to refuse those
 */
export function parsePhoneNumber(text: string, defaultRegion: string | null): Parsed<PhoneNumber> {
  const written = readWritten(text, defaultRegion)
  if (written === null) return malformed
  const number = findValid(written)
  return typeof number === 'string' ? accept({ canonical: number }) : number
}

/**
 * The forms in which such a number may be stored, the most likely first. Numbering plans change, so an account keeps a
 * number that no plan has any more, and its owner still signs in with it. Only a new number must be valid.
 */
export function canonicalPhoneNumbers(text: string, defaultRegion: string | null): readonly string[] {
  const written = readWritten(text, defaultRegion)
  if (written === null) return []
  const valid = findValid(written)
  if (valid === ambiguous) return []
  const current = typeof valid === 'string' ? valid : parse(written)?.number
  const asWritten = written.text.startsWith('+') ? withoutSeparators(written.text) : undefined
  return [...new Set([current, asWritten])].filter((form) => form !== undefined)
}

function readWritten(text: string, defaultRegion: string | null): Written | null {
  // Check the length first, so that a text of any length costs the same.
  if (text.length > unitsMax) return null
  // People also paste the link of a number (RFC 3966), and put the country code in brackets.
  const written = asciiNumber(text.trim())
    .trim()
    .replace(/^tel: ?/i, '')
    .replace(/^[ ().\-/]+(?=\+)/, '')
  // No letters and no ";ext=" (RFC 3966): two accounts could share one line, and codes are sent to the line.
  if (!/^\+?[ ().\-/]*\d[\d ().\-/]*$/.test(written)) return null
  const region = defaultRegion !== null && isRegion(defaultRegion) ? defaultRegion : null
  return { text: region === null ? withPlus(written) : written, region }
}

function findValid({ text, region }: Written): string | Refusal {
  if (region === null && !text.startsWith('+'))
    return typeof findValid({ text: `+${text}`, region }) === 'string' ? plusNeeded : regionNeeded
  // The "(0)" in +44 (0)20 is dialled only within the country, and the library drops it if the plan has such a prefix.
  // If the zero belongs to the number, as in Italy, it stays. In all other plans only the number without it exists.
  const number = readValid({ text, region })
  const trunkless = readValid({ text: text.replace('(0)', ''), region })
  if (number !== null && trunkless !== null && number !== trunkless) return ambiguous
  const found = number ?? trunkless
  if (found !== null) return found
  // People write 00 for + wherever they are, also where another prefix is dialled.
  const international = withPlus(text)
  return international === text ? unknown : findValid({ text: international, region })
}

function withPlus(text: string): string {
  return text.replace(/^00/, '+')
}

function readValid(written: Written): string | null {
  const number = parse(written)
  if (number?.isValid() === true) return readValidArgentine(number.number)
  return readValidMexican(number?.number ?? '')
}

// In Argentina a mobile number has a 9 when it is dialled from abroad, and people write it with and without. Every number
// exists in both forms in the numbering plan. Codes are sent to mobile phones, so the form with the 9 is the canonical one.
function readValidArgentine(number: string): string {
  return number.replace(/^\+54(?!9)/, '+549')
}

// Mexican mobile numbers had a 1 after the country code until 2019.
function readValidMexican(number: string): string | null {
  const current = number.replace(/^\+521(?=\d{10}$)/, '+52')
  return current !== number && parsePhoneNumberFromString(current)?.isValid() === true ? current : null
}

function parse({ text, region }: Written) {
  const options = region === null ? { extract: false } : { extract: false, defaultCountry: region }
  return parsePhoneNumberFromString(withoutSeparators(text), options)
}

function withoutSeparators(text: string): string {
  return text.replaceAll(/[^\d+]/g, '')
}
