import { accept, type Parsed, refuse } from '../../../../platform/kernel/parsed.ts'
import { invalidFields } from '../../../../platform/kernel/problems.ts'
import { hasOnlyAllowedCharacters, skeletonOf } from './confusables.ts'
import { foldToEnd, lowerCase } from './folding.ts'

/** In code points. */
export const usernameLengthMin = 3
export const usernameLengthMax = 50

export interface Username {
  /** As typed, without the white space around it; what is shown. */
  readonly given: string
  /** Unique; what is looked up at sign-in. */
  readonly canonical: string
  /** Each unique; what it looks like as typed and in canonical form, so that nobody can pass for another. */
  readonly skeletons: readonly string[]
}

/** A name that may be 50 code points of two UTF-16 units each, and white space around it. */
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
  // Each identifier says by its shape what it is; or else one person's username could be another's email or phone.
  {
    code: 'shaped_like_email',
    detail: 'A username has no "@". Leave it out, or give the address as the email.',
    breaks: (name) => name.includes('@'),
  },
  tooShort,
  tooLong,
  {
    code: 'shaped_like_phone_number',
    detail: 'A username has at least one letter. Add one, or give the number as the phone number.',
    breaks: (name) => /\p{Nd}/u.test(name) && !/\p{L}/u.test(name),
  },
  {
    code: 'white_space_not_allowed',
    detail: 'A username has no spaces. Put ".", "_" or "-" in their place.',
    breaks: (name) => /\s/u.test(name),
  },
  // An administrator who names an account by its id must not meet somebody who bears that id as a name.
  {
    code: 'shaped_like_id',
    detail: 'A username is not shaped like a UUID. Choose another.',
    breaks: (name) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name),
  },
  // What cannot be seen, or steers how the rest is seen, makes two names look like one (UTS #39 §3.1).
  {
    code: 'character_not_allowed',
    detail: 'Use only letters and digits in modern use, ".", "_" and "-".',
    breaks: (name) => !hasOnlyAllowedCharacters(name),
  },
  {
    code: 'first_character_not_allowed',
    detail: 'Begin with a letter or a digit.',
    breaks: (name) => !/^[\p{L}\p{Nd}]/u.test(name),
  },
  // UTS #39 §5.4: a mark without its letter, or one and the same twice, shows as something else.
  {
    code: 'mark_misplaced',
    detail: 'Put each mark behind a letter, and no mark twice in a row.',
    breaks: (name) => /[._\-\p{Nd}]\p{M}|(\p{Mn})\1/u.test(name),
  },
  {
    code: 'scripts_mixed',
    detail: 'Use the letters of one script only, such as Latin or Cyrillic, and not a mixture.',
    breaks: (name) => !writingSystems.some((system) => system.test(name)),
  },
  {
    code: 'digits_mixed',
    detail: 'Use the digits of one kind only, such as 0 to 9.',
    breaks: (name) => new Set(name.match(/\p{Nd}/gu)?.map(zeroOf)).size > 1,
  },
]

/** Letters and digits of one script, `.`, `_`, `-`; white space around it is dropped. */
export function parseUsername(text: string): Parsed<Username> {
  // Before anything is computed, so that a text of any length costs the same.
  if (text.length > unitsMax) return refuse(tooLong.code, tooLong.detail)
  const given = text.trim()
  const name = given.normalize('NFKC')
  const broken = rules.find((rule) => rule.breaks(name, given))
  if (broken !== undefined) return refuse(broken.code, broken.detail)
  const canonical = foldToEnd(name, fold)
  // `paypaI` looks like `paypal` as it is typed; a Cyrillic `аӏісе` looks like the canonical form of `ALICE`.
  return accept({ given, canonical, skeletons: [...new Set([skeletonOf(name), skeletonOf(canonical)])] })
}

/** @throws `validation_failed` */
export function readUsername(text: string): Username {
  const parsed = parseUsername(text)
  if (parsed.ok) return parsed.value
  throw invalidFields({ pointer: '/username', code: parsed.code, detail: parsed.detail })
}

/** The lower case of İ is i with a dot that cannot be seen; Turkish has it as plain i, and so have we. */
function fold(name: string): string {
  return lowerCase(name).replaceAll('i\u0307', 'i').normalize('NFKC')
}

function lengthOf(text: string): number {
  return Array.from(text).length
}

/** The zero of the digit's own kind: Unicode keeps the digits of every kind in ten neighbouring code points. */
function zeroOf(digit: string): number {
  const codePoint = digit.codePointAt(0) ?? 0
  let first = codePoint
  while (/^\p{Nd}$/u.test(String.fromCodePoint(first - 1))) first -= 1
  return first + Math.floor((codePoint - first) / 10) * 10
}
