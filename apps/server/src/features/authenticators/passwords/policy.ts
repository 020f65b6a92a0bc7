import { passwordUnitsMax, readPassword } from '../../../platform/crypto/password-text.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { isCommonPassword } from './blocklist.ts'
import { findContext } from './context.ts'
import { type PasswordWeakness, passwordLengthMax, passwordTooWeak } from './model.ts'
import { countPieces, repeatedUnit } from './pieces.ts'

export interface PasswordRules {
  /** In code points, after normalising. */
  readonly lengthMin: number
  /** What is known of the user and the service, as it is known: names, username, email, phone number in E.164. */
  readonly context: readonly string[]
}

export interface AssertPasswordRules extends PasswordRules {
  /** Where the password stands in the request: a JSON pointer. */
  readonly pointer: string
}

/** Three runs or less make a password ("abcd1234", "aaaabbbb1"), and so does a repeated unit of at most four. */
const trivialPiecesMax = 3
const trivialUnitMax = 4
/** What must stand beside the user's own words: three letters, or a date or phone number, are soon tried. */
const restLettersMin = 4
const restPiecesMin = 12

/**
 * The rules for a new password: length, and not being one that is soon guessed. No rule asks for kinds of
 * characters (NIST SP 800-63B-4 §3.1.1.2, ASVS 5.0 §6.2.5). Passwords already in use are not judged.
 */
export async function checkNewPassword(
  password: string,
  rules: PasswordRules,
): Promise<PasswordWeakness | null> {
  const misshapen = checkShape(password, rules.lengthMin)
  if (misshapen !== null) return misshapen
  // The user's own words first: that reason says the most.
  const guessable = (await checkContext(password, rules.context)) ?? (await checkCommon(password))
  return guessable ?? checkTrivial(password)
}

/** @throws Failure `password_too_weak`, with the reason as its one error */
export async function assertNewPassword(
  password: string,
  { pointer, ...rules }: AssertPasswordRules,
): Promise<void> {
  const weakness = await checkNewPassword(password, rules)
  if (weakness === null) return
  const { code, detail } = weakness
  throw new Failure(passwordTooWeak, { detail, errors: [{ pointer, code, detail }] })
}

function checkShape(password: string, lengthMin: number): PasswordWeakness | null {
  const tooLong: PasswordWeakness = {
    code: 'too_long',
    detail: `The password is longer than ${passwordLengthMax} characters. Choose a shorter one.`,
  }
  // Before anything whose time grows with the length. Too long is refused, never cut (ASVS 5.0 §6.2.8).
  if (password.length > passwordUnitsMax) return tooLong
  if (password.includes('\0')) {
    // NIST asks for printing characters and spaces; a system that takes over the hashes may stop at a NUL (A46).
    const detail = 'The password contains a NUL character, which no keyboard types. Leave it out.'
    return { code: 'ill_formed', detail }
  }
  const text = readPassword(password)
  if (text === null) {
    const detail = 'The password contains half a character (an unpaired UTF-16 surrogate). Type it again.'
    return { code: 'ill_formed', detail }
  }
  const length = Array.from(text).length
  if (length > passwordLengthMax) return tooLong
  if (length >= lengthMin) return null
  const detail = `The password needs at least ${lengthMin} characters. Adding a word or two is enough.`
  return { code: 'too_short', detail }
}

async function checkCommon(password: string): Promise<PasswordWeakness | null> {
  if (!(await isCommonPassword(password))) return null
  const detail =
    'This password, or one that differs only in capitals or in a few digits and signs, is among the most used ' +
    'and so among the first that attackers try. Choose one that nobody else would think of.'
  return { code: 'common', detail }
}

async function checkContext(password: string, context: readonly string[]): Promise<PasswordWeakness | null> {
  const { words, rest } = findContext(password, context)
  if (words.length === 0 || !(await isWeakRest(rest))) return null
  const named = words.map((word) => `"${word}"`).join(', ')
  const detail =
    `The password is little more than ${named}, which others know or can guess. ` +
    'Choose one that does not build on it, or add several other words.'
  return { code: 'contains_context', detail }
}

/** A long phrase with a name in it is a good password; a name with a year, three letters or "love" is none. */
async function isWeakRest(rest: string): Promise<boolean> {
  const pieces = countPieces(rest)
  const letters = rest.match(/\p{L}/gu)?.length ?? 0
  if (pieces <= trivialPiecesMax || (letters < restLettersMin && pieces < restPiecesMin)) return true
  return await isCommonPassword(rest)
}

function checkTrivial(password: string): PasswordWeakness | null {
  const text = password.normalize('NFKC').toLowerCase()
  const unit = repeatedUnit(text)
  const repeats = unit !== null && Array.from(unit).length <= trivialUnitMax
  if (!repeats && countPieces(text) > trivialPiecesMax) return null
  const detail =
    'The password only repeats a few characters or counts them off in order. Choose one without such a pattern.'
  return { code: 'repetitive', detail }
}
