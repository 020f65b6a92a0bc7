import { zeroOf } from '../../../../platform/kernel/typed-text.ts'
import { hasOnlyAllowedCharacters } from './confusables.ts'
import {
  accents,
  apostrophes,
  limitedUseScripts,
  mixtures,
  recommendedScripts,
  vowelPoints,
} from './scripts.ts'

/** Lengths in code points. */
export const usernameLengthMin = 3
export const usernameLengthMax = 50

/** A username in three forms. */
export interface Forms {
  /** As typed. */
  readonly given: string
  /** In NFKC. */
  readonly name: string
  readonly canonical: string
}

export interface Rule {
  readonly code: string
  readonly detail: string
  readonly breaks: (forms: Forms) => boolean
}

const letter = /[\p{L}--\u30fc]/v

/** True if the text could be a phone number: people also use the long-vowel mark of Japanese, a letter, as a dash. */
export function hasNoLetter(text: string): boolean {
  return !letter.test(text)
}

// Characters that are allowed only beside certain others (UAX #31 §2.3). The joiners of Arabic and Indic scripts are
// invisible elsewhere (RFC 5892 appendices A.1 and A.2): they stand beside a virama, or between two letters that would
// join. So are the variation selectors of Mongolian. The others would look like a dot or a quotation mark (RFC 5892
// appendices A.3 to A.7).
const viramas = String.raw`[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u1b44\ua9c0]`
const joining = String.raw`[\p{sc=Arabic}\p{sc=Syriac}\p{sc=Mongolian}\p{sc=Nko}\p{sc=Adlam}]`
const inContext = new RegExp(
  [
    `(?<=${viramas})[\\u200c\\u200d]`,
    `\\u200d(?=${viramas})`,
    `(?<=${joining}[${vowelPoints}]{0,2})\\u200c(?=${joining})`,
    String.raw`(?<=\p{sc=Mongolian})[\u180b-\u180f]`,
    String.raw`(?<=[Ll])\u00b7(?=[Ll])`,
    String.raw`(?<=\p{sc=Hebrew})[\u05f3\u05f4]`,
    String.raw`(?<=\p{sc=Tibetan})\u0f0b(?=\p{sc=Tibetan})`,
    String.raw`(?<=[\p{sc=Katakana}\u30fc])\u30fb(?=\p{sc=Katakana})`,
  ].join('|'),
  'gu',
)

function withoutContextual(name: string): string {
  return name.replaceAll(inContext, '')
}

/** What people write with the letters of a script, besides the characters that Unicode counts as part of it. */
const companions: Readonly<Record<string, string>> = {
  Latin: accents + apostrophes,
  Greek: accents,
  Cyrillic: accents,
  Hebrew: apostrophes,
}

const writingSystems = [
  ...[...recommendedScripts, ...limitedUseScripts].map((script) => [script]),
  ...mixtures,
].map((scripts) => {
  const classes = scripts.map((script) => String.raw`\p{scx=${script}}${companions[script] ?? ''}`)
  return new RegExp(`^[${classes.join('')}0-9._-]*$`, 'u')
})

// Five marks on a letter are an ornament; only Burmese syllables have up to six.
const tooManyMarks = new RegExp(String.raw`[${accents}]{3}|(?:(?!\p{sc=Myanmar})\p{M}){5}|\p{M}{7}`, 'u')

const tooShort: Rule = {
  code: 'too_short',
  detail: `Use at least ${usernameLengthMin} characters.`,
  breaks: (forms) => Math.min(...lengths(forms)) < usernameLengthMin,
}

export const tooLong: Rule = {
  code: 'too_long',
  detail: `Use at most ${usernameLengthMax} characters.`,
  breaks: (forms) => Math.max(...lengths(forms)) > usernameLengthMax,
}

const rightToLeft =
  /[\p{sc=Adlam}\p{sc=Arabic}\p{sc=Hanifi_Rohingya}\p{sc=Hebrew}\p{sc=Mandaic}\p{sc=Nko}\p{sc=Syriac}\p{sc=Thaana}]/u

export const usernameRules: readonly Rule[] = [
  // The shape of an identifier decides its kind: otherwise one person's username could be another's email or phone
  // number.
  {
    code: 'shaped_like_email',
    detail: 'A username cannot contain "@". Leave it out, or send the address as the email.',
    breaks: ({ name }) => name.includes('@'),
  },
  tooShort,
  tooLong,
  {
    code: 'shaped_like_phone_number',
    detail: 'A username needs at least one letter. Add one, or send the number as the phone number.',
    breaks: ({ name }) => /[\p{Nd}\u30fc]/u.test(name) && hasNoLetter(name),
  },
  {
    code: 'white_space_not_allowed',
    detail: 'A username cannot contain spaces. Use ".", "_" or "-" instead.',
    breaks: ({ name }) => /\s/u.test(name),
  },
  // An administrator who names an account by its id must not get another account with that id as its username.
  {
    code: 'shaped_like_id',
    detail: 'A username must not look like a UUID. Choose another.',
    breaks: ({ name }) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name),
  },
  // Invisible characters, and those that change how others are shown, make two names look the same (UTS #39 §3.1).
  {
    code: 'character_not_allowed',
    detail: 'Use only letters and digits of modern scripts, ".", "_" and "-".',
    breaks: ({ name }) => !hasOnlyAllowedCharacters(withoutContextual(name)),
  },
  {
    code: 'first_character_not_allowed',
    detail: 'Begin with a letter or a digit.',
    breaks: ({ name }) => !/^[\p{L}\p{Nd}]/u.test(name),
  },
  // Between letters that are written from left to right, `12דוד` and `דוד12` are drawn alike (RFC 5893 §2, rules 1 to 3).
  {
    code: 'order_ambiguous',
    detail:
      'In a script that is written from right to left, begin with a letter and end with a letter or a digit. Otherwise the name could look like another one.',
    breaks: ({ name }) => rightToLeft.test(name) && /^\p{Nd}|[._-]$/u.test(name),
  },
  // UTS #39 §5.4: a mark without its letter, or the same mark twice, looks like something else.
  {
    code: 'mark_misplaced',
    detail:
      'Put each accent or other combining mark after a letter, do not repeat it, and do not pile up marks.',
    breaks: ({ name }) => /[._\-\p{Nd}]\p{M}|(\p{Mn})\1/u.test(name) || tooManyMarks.test(name),
  },
  {
    code: 'scripts_mixed',
    detail: 'Use letters of only one script, such as Latin or Cyrillic.',
    breaks: ({ name }) => !writingSystems.some((system) => system.test(withoutContextual(name))),
  },
  {
    code: 'digits_mixed',
    detail: 'Use digits of only one kind, such as 0 to 9.',
    breaks: ({ name }) => new Set(name.match(/\p{Nd}/gu)?.map(zeroOf)).size > 1,
  },
]

function lengths({ given, name, canonical }: Forms): number[] {
  return [given, name, canonical].map((text) => Array.from(text).length)
}
