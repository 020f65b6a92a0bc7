import { AsYouType } from 'libphonenumber-js/max'
import { asciiNumber } from '../../../../platform/kernel/typed-text.ts'
import { canonicalEmail } from './email.ts'
import { foldUntilStable, lowerCase } from './folding.ts'
import { isRegion } from './phone-number.ts'
import { canonicalUsername } from './username.ts'

/** What an account is found by. */
export interface Searchable {
  readonly username: string | null
  readonly usernameCanonical: string | null
  readonly email: string | null
  readonly emailCanonical: string | null
  readonly phoneNumber: string | null
  readonly fullName: string | null
  readonly givenName: string | null
  readonly familyName: string | null
}

/** A range of terms: all that begin with the same text. */
export interface TermRange {
  readonly from: string
  /** Not in the range. */
  readonly below: string
}

/** In UTF-16 units. Nothing that is longer can differ from another term within it, but for texts made to do so. */
export const termLengthMax = 254
/** A name has few words. More of them would only fill the index (I13). */
const wordsMax = 8

/** Sorts after every text that begins in the same way, because no term contains it. */
const lastCharacter = '\u{10ffff}'

/**
 * The terms by which people find an account: each identifier in its canonical form and as it is shown, and each name
 * from each of its words on. So `odhi` finds Amina Odhiambo, and so does `amina odh`.
 * @returns at least one term, so that storing them is always the same statement, whatever an account has (I4)
 */
export function searchTermsOf(account: Searchable): readonly string[] {
  const { username, usernameCanonical, email, emailCanonical, phoneNumber } = account
  const identifiers = [username, usernameCanonical, email, emailCanonical, phoneNumber]
  const names = [account.fullName, account.givenName, account.familyName]
  const terms = [
    ...identifiers.map((text) => foldTerm(text ?? '')),
    ...names.flatMap((name) => fromEachWord(foldTerm(name ?? ''))),
  ]
  const distinct = new Set(terms.filter((term) => term !== ''))
  return distinct.size === 0 ? [''] : [...distinct]
}

/**
 * The terms that begin with what someone typed: as a name, as each kind of identifier, and as a number in national form
 * of the default region. Characters that a database would take for wildcards are ordinary ones here (A27).
 * @returns nothing if the text has no visible character
 */
export function termRangesOf(text: string, defaultRegion: string | null): readonly TermRange[] {
  const numbers = internationalFormsOf(text, defaultRegion)
  const readings = [text, canonicalUsername(text), canonicalEmail(text), ...numbers]
  const prefixes = [...new Set(readings.map((reading) => foldTerm(reading ?? '')))].filter(
    (each) => each !== '',
  )
  const widest = prefixes.filter(
    (each) => !prefixes.some((other) => other !== each && each.startsWith(other)),
  )
  return widest.map((from) => ({ from, below: from + lastCharacter }))
}

/**
 * Case, accents, and the width and kind of characters do not count: people type a name as they hear it. Marks are
 * dropped, so a text that ends within a character is still the beginning of the longer one.
 */
export function foldTerm(text: string): string {
  const folded = foldUntilStable(text.toWellFormed(), (each) =>
    lowerCase(each.normalize('NFKD').replaceAll(/[\p{Mn}\p{Cf}\u{10ffff}]/gu, '')),
  )
  const line = folded.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim()
  const cut = line.slice(0, termLengthMax)
  return cut.isWellFormed() ? cut : cut.slice(0, -1)
}

function fromEachWord(name: string): readonly string[] {
  const starts = [...name.matchAll(/(?<=^|[ -])[^ -]/gu)].map(({ index }) => index)
  return [name, ...starts.slice(1, wordsMax).map((start) => name.slice(start))]
}

/** What the text may be the beginning of, in E.164; nothing if it is no number. */
function internationalFormsOf(text: string, defaultRegion: string | null): readonly (string | undefined)[] {
  const number = asciiNumber(text).trim()
  if (!/^\+?[\d ().\-/]*\d[\d ().\-/]*$/.test(number)) return []
  const withCountry = `+${number.replace(/^00/, '').replaceAll(/\D/g, '')}`
  if (number.startsWith('+') || defaultRegion === null || !isRegion(defaultRegion)) return [withCountry]
  const typing = new AsYouType(defaultRegion)
  typing.input(number)
  return [withCountry, typing.getNumberValue()]
}
