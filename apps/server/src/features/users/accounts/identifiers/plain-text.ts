import { accept, type Parsed, type Refusal, refuse } from '../../../../platform/kernel/parsed.ts'

/** A visible character: no white space, no character that is invisible by design, and not the blank of Braille. */
const visible = /[^\s\p{Z}\p{C}\p{DI}\u2800]/u

// Control characters (PostgreSQL cannot store NUL), line and paragraph separators, and the marks that change the
// direction of text, which can make one text look like another (UTS #55).
const notAllowed = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

// These marks order no other characters than those beside them, and people put them into names in scripts that are written
// from right to left (UAX #9 §2.6). In other names they are only invisible.
const orderingMark = /[\u061c\u200e\u200f]/u
const rightToLeft =
  /(?=\p{L})[\p{sc=Adlam}\p{sc=Arabic}\p{sc=Hanifi_Rohingya}\p{sc=Hebrew}\p{sc=Mandaic}\p{sc=Nko}\p{sc=Syriac}\p{sc=Thaana}]/u

/** Accepts any visible line in any script, and keeps it as it is. */
export function parseLine(text: string, maxCodePoints: number): Parsed<string> {
  const fault = findFault(text, maxCodePoints) ?? refuseUnprintable(text)
  if (fault !== null) return fault
  if (!visible.test(text))
    return refuse('blank', 'Use at least one visible character, or leave the field out.')
  return accept(text)
}

/**
 * Accepts a text of several lines, and keeps it as it is; it may be empty. The only control characters in it are line
 * feed, carriage return before a line feed, and tab.
 */
export function parsePlainText(text: string, maxCodePoints: number): Parsed<string> {
  return (
    findFault(text, maxCodePoints) ?? refuseUnprintable(text.replaceAll(/\r?\n|\t/g, ' ')) ?? accept(text)
  )
}

function findFault(text: string, maxCodePoints: number): Refusal | null {
  // A code point has at most two UTF-16 units, so a text of any length costs no more than the longest allowed one.
  if (text.length > maxCodePoints * 2 || Array.from(text).length > maxCodePoints) {
    return refuse('too_long', `Use at most ${maxCodePoints} characters.`)
  }
  // Half of a surrogate pair has no form in UTF-8. It would come back from the database as another character.
  if (!text.isWellFormed())
    return refuse('not_unicode', 'The text contains half of a Unicode character. Send whole characters.')
  return null
}

function refuseUnprintable(text: string): Refusal | null {
  const isMisleading = orderingMark.test(text) && !rightToLeft.test(text)
  if (!notAllowed.test(text) && !isMisleading) return null
  return refuse(
    'character_not_allowed',
    'Leave out control characters and invisible marks that change the direction of text.',
  )
}
