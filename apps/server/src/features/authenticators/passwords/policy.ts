import { passwordUnitsMax, readPassword } from '../../../platform/crypto/password-text.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { repeatedUnit } from '../../../platform/kernel/repeated-unit.ts'
import { isCommonPassword } from './blocklist.ts'
import { findContext } from './context.ts'
import { type PasswordWeakness, passwordLengthMax, passwordTooWeak } from './model.ts'
import { countPieces } from './pieces.ts'

export interface PasswordRules {
  /** In code points, after normalising. */
  readonly lengthMin: number
  /** True for the clients of an old API, whose users choose short passwords. */
  readonly acceptsCommon?: boolean
  /** Words that an attacker can know: names, username, email, phone number in E.164, the name of the service. */
  readonly context: readonly string[]
}

export interface AssertPasswordRules extends PasswordRules {
  /** The JSON pointer of the password in the request. */
  readonly pointer: string
}

/** A password of at most three runs ("abcd1234", "aaaabbbb1") or of one repeated unit of four characters is trivial. */
const trivialPiecesMax = 3
const trivialUnitMax = 4
/** The minimum besides words about the user: attackers also try three letters, a date or a phone number with them. */
const restLettersMin = 4
const restPiecesMin = 12

/**
 * Checks a new password: it must be long enough, and not one of the first that an attacker tries. No rule requires
 * kinds of characters (NIST SP 800-63B-4 §3.1.1.2, ASVS 5.0 §6.2.5). Passwords already in use are not checked.
 *
 * These rules replace an estimator such as zxcvbn for three reasons. It blocks the event loop: measured side by side,
 * one check of 32 characters took about 6,000 times as long, and the time grows with the length (A44). It refuses
 * random passwords of eight characters, which NIST accepts. And it rates a password made of the service's own name
 * and a year as strong.
 */
export async function checkNewPassword(
  password: string,
  rules: PasswordRules,
): Promise<PasswordWeakness | null> {
  const malformed = checkForm(password, rules.lengthMin)
  if (malformed !== null) return malformed
  // Words about the user come first, because that reason helps the user most.
  const personal = await checkContext(password, rules.context)
  const common = rules.acceptsCommon === true ? null : await checkCommon(password)
  return personal ?? common ?? checkTrivial(password)
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

function checkForm(password: string, lengthMin: number): PasswordWeakness | null {
  const tooLong: PasswordWeakness = {
    code: 'too_long',
    detail: `The password is longer than ${passwordLengthMax} characters. Choose a shorter one.`,
  }
  // This check comes before any work that grows with the length. A long password is refused, never cut (ASVS 5.0
  // §6.2.8).
  if (password.length > passwordUnitsMax) return tooLong
  if (password.includes('\0')) {
    // NIST allows printing characters and spaces. A system that imports the hashes may stop at a NUL (A46).
    const detail = 'The password contains a NUL character. Remove it.'
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
    'This password is one of the most common ones, or a small change of one, such as a capital letter or a digit. ' +
    'Attackers try these first. Choose one that no one else would think of.'
  return { code: 'common', detail }
}

async function checkContext(password: string, context: readonly string[]): Promise<PasswordWeakness | null> {
  const { words, rest } = findContext(password, context)
  if (words.length === 0 || !(await isWeakRest(rest))) return null
  const named = words.map((word) => `"${word}"`).join(', ')
  const detail =
    `The password is little more than ${named}, which others know or can guess. ` +
    'Choose a different one, or add several other words.'
  return { code: 'contains_context', detail }
}

/** A long phrase that contains a name is a good password. A name with a year, three letters or "love" is not. */
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
    'The password only repeats a few characters or lists them in order. Choose one without such a pattern.'
  return { code: 'repetitive', detail }
}
