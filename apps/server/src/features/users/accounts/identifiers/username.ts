import { accept, type Parsed, refuse } from '../../../../platform/kernel/parsed.ts'
import { invalidFields } from '../../../../platform/kernel/problems.ts'
import { hasOnlyAllowedCharacters, skeletonOf } from './confusables.ts'
import { foldUntilStable, lowerCase } from './folding.ts'

/** Lengths in code points. */
export const usernameLengthMin = 3
export const usernameLengthMax = 50

export interface Username {
  /** The username as typed, without white space around it. It is shown. */
  readonly given: string
  /** Unique, and used for look-ups at sign-in. */
  readonly canonical: string
  /** The skeletons of the typed and of the canonical form. Each is unique, so that no account can look like another. */
  readonly skeletons: readonly string[]
}

/** In UTF-16 units: enough for 50 code points of two units each, with white space around them. */
const unitsMax = 256

// UAX #31, table 5 (recommended scripts), and the mixtures that one language writes (UTS #39 §5.1).
const writingSystems = [
  ...['Latin', 'Arabic', 'Armenian', 'Bengali', 'Cyrillic', 'Devanagari', 'Ethiopic', 'Georgian', 'Greek'],
  ...[
    'Gujarati',
    'Gurmukhi',
    'Hebrew',
    'Kannada',
    'Khmer',
    'Lao',
    'Malayalam',
    'Myanmar',
    'Oriya',
    'Sinhala',
  ],
  ...['Tamil', 'Telugu', 'Thaana', 'Thai', 'Tibetan'],
  ...['Han Hiragana Katakana', 'Han Hangul', 'Han Bopomofo'],
].map((scripts) => {
  const classes = scripts.split(' ').map((script) => String.raw`\p{scx=${script}}`)
  return new RegExp(`^[${classes.join('')}0-9._-]*$`, 'u')
})

interface Rule {
  readonly code: string
  readonly detail: string
  readonly breaks: (name: string, given: string) => boolean
}

const tooShort: Rule = {
  code: 'too_short',
  detail: `Use at least ${usernameLengthMin} characters.`,
  breaks: (name, given) => Math.min(lengthOf(name), lengthOf(given)) < usernameLengthMin,
}

const tooLong: Rule = {
  code: 'too_long',
  detail: `Use at most ${usernameLengthMax} characters.`,
  breaks: (name, given) => Math.max(lengthOf(name), lengthOf(given)) > usernameLengthMax,
}

const rules: readonly Rule[] = [
  // The shape of an identifier decides its kind: otherwise one person's username could be another's email or phone
  // number.
  {
    code: 'shaped_like_email',
    detail: 'A username cannot contain "@". Leave it out, or send the address as the email.',
    breaks: (name) => name.includes('@'),
  },
  tooShort,
  tooLong,
  {
    code: 'shaped_like_phone_number',
    detail: 'A username needs at least one letter. Add one, or send the number as the phone number.',
    breaks: (name) => /\p{Nd}/u.test(name) && !/\p{L}/u.test(name),
  },
  {
    code: 'white_space_not_allowed',
    detail: 'A username cannot contain spaces. Use ".", "_" or "-" instead.',
    breaks: (name) => /\s/u.test(name),
  },
  // An administrator who names an account by its id must not get another account with that id as its username.
  {
    code: 'shaped_like_id',
    detail: 'A username must not look like a UUID. Choose another.',
    breaks: (name) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name),
  },
  // Invisible characters, and those that change how others are shown, make two names look the same (UTS #39 §3.1).
  {
    code: 'character_not_allowed',
    detail: 'Use only letters and digits of modern scripts, ".", "_" and "-".',
    breaks: (name) => !hasOnlyAllowedCharacters(name),
  },
  {
    code: 'first_character_not_allowed',
    detail: 'Begin with a letter or a digit.',
    breaks: (name) => !/^[\p{L}\p{Nd}]/u.test(name),
  },
  // UTS #39 §5.4: a mark without its letter, or the same mark twice, looks like something else.
  {
    code: 'mark_misplaced',
    detail: 'Put each accent or other combining mark after a letter, and do not repeat it.',
    breaks: (name) => /[._\-\p{Nd}]\p{M}|(\p{Mn})\1/u.test(name),
  },
  {
    code: 'scripts_mixed',
    detail: 'Use letters of only one script, such as Latin or Cyrillic.',
    breaks: (name) => !writingSystems.some((system) => system.test(name)),
  },
  {
    code: 'digits_mixed',
    detail: 'Use digits of only one kind, such as 0 to 9.',
    breaks: (name) => new Set(name.match(/\p{Nd}/gu)?.map(zeroOf)).size > 1,
  },
]

/** Accepts letters and digits of one script, `.`, `_` and `-`, and drops white space around them. */
export function parseUsername(text: string): Parsed<Username> {
  // Check the length first, so that a text of any length costs the same.
  if (text.length > unitsMax) return refuse(tooLong.code, tooLong.detail)
  const given = text.trim()
  const name = given.normalize('NFKC')
  const broken = rules.find((rule) => rule.breaks(name, given))
  if (broken !== undefined) return refuse(broken.code, broken.detail)
  const canonical = foldUntilStable(name, fold)
  // `paypaI` looks like `paypal` as it is typed. A Cyrillic `аӏісе` looks like the canonical form of `ALICE`.
  return accept({ given, canonical, skeletons: [...new Set([skeletonOf(name), skeletonOf(canonical)])] })
}

/** @throws `validation_failed` */
export function readUsername(text: string): Username {
  const parsed = parseUsername(text)
  if (parsed.ok) return parsed.value
  throw invalidFields({ pointer: '/username', code: parsed.code, detail: parsed.detail })
}

/** Folds case. The lower case of İ is i with an invisible dot, which becomes a plain i, as in Turkish. */
function fold(name: string): string {
  return lowerCase(name).replaceAll('i\u0307', 'i').normalize('NFKC')
}

function lengthOf(text: string): number {
  return Array.from(text).length
}

/** Returns the zero of the same kind of digits: in Unicode the digits of a kind are ten successive code points. */
function zeroOf(digit: string): number {
  const codePoint = digit.codePointAt(0) ?? 0
  let first = codePoint
  while (/^\p{Nd}$/u.test(String.fromCodePoint(first - 1))) first -= 1
  return first + Math.floor((codePoint - first) / 10) * 10
}
