import { accept, type Parsed, type Refusal, refuse } from '../../../../platform/kernel/parsed.ts'

/** In code points. */
export const personalNameLengthMax = 200

/** Something to see: no white space, nothing that is invisible by design, and not the blank of Braille. */
const visible = /[^\s\p{Z}\p{C}\p{DI}\u2800]/u

// Controls (NUL among them, which PostgreSQL cannot store), the line and paragraph separators, and the marks that turn
// the direction of text, which can make one text show as another (UTS #55).
const notAllowed = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

/** Any name that shows, in any script, kept to the letter: people know best how theirs is written. */
export function parsePersonalName(text: string): Parsed<string> {
  return parseLine(text, personalNameLengthMax)
}

/** One line that shows, in any script, kept to the letter. */
export function parseLine(text: string, maxCodePoints: number): Parsed<string> {
  const fault = findFault(text, maxCodePoints) ?? refuseUnprintable(text)
  if (fault !== null) return fault
  if (!visible.test(text)) return refuse('blank', 'Write something that can be seen, or leave the field out.')
  return accept(text)
}

/**
 * Text of several lines, returned as it was given; it may be empty. Of control characters only line feed, carriage
 * return before it, and tab may be in it.
 */
export function parsePlainText(text: string, maxCodePoints: number): Parsed<string> {
  return (
    findFault(text, maxCodePoints) ?? refuseUnprintable(text.replaceAll(/\r?\n|\t/g, ' ')) ?? accept(text)
  )
}

function findFault(text: string, maxCodePoints: number): Refusal | null {
  // A code point has at most two UTF-16 units: a text of any length costs no more than the longest allowed.
  if (text.length > maxCodePoints * 2 || Array.from(text).length > maxCodePoints) {
    return refuse('too_long', `Use at most ${maxCodePoints} characters.`)
  }
  // Half of a surrogate pair has no UTF-8: stored, it would come back as another character.
  if (!text.isWellFormed())
    return refuse('not_unicode', 'Send whole Unicode characters; there is half of one here.')
  return null
}

function refuseUnprintable(text: string): Refusal | null {
  if (!notAllowed.test(text)) return null
  return refuse(
    'character_not_allowed',
    'Leave out control characters and the invisible marks that turn the direction of text.',
  )
}
