import { allowedRanges, lookAlikes } from './confusables.data.ts'
import { lowerCase } from './folding.ts'

const character = (hex: string) => String.fromCodePoint(Number.parseInt(hex, 16))

const prototypes = new Map(
  lookAlikes.split(' ').flatMap((group) => {
    const [prototype = '', alike = ''] = group.split('<')
    const folded = prototype.split('+').map(character).join('')
    return alike.split(',').map((hex) => [character(hex), folded] as const)
  }),
)

const allowedClass = allowedRanges
  .split(' ')
  .map((range) => range.replaceAll(/[0-9a-f]+/g, String.raw`\u{$&}`))
  .join('')
const allowed = new RegExp(`^[${allowedClass}._-]*$`, 'u')

/**
 * True if a text in NFKC has only letters, digits and marks of scripts in modern use (UTS #39 §3.1), `.`, `_` and `-`.
 */
export function hasOnlyAllowedCharacters(text: string): boolean {
  return allowed.test(text)
}

/**
 * Returns the skeleton of a text (UTS #39 §4), in lower case. Each character is looked up before its case is folded,
 * because I looks like l and i does not. People cannot tell apart two names with the same skeleton. A skeleton is never
 * shown, and never used to sign in. The result is in NFD. Its own skeleton is the same text.
 */
export function skeletonOf(text: string): string {
  const replaced = Array.from(text.normalize('NFD'), (char) => prototypes.get(char) ?? lowerCase(char))
  // An i has its dot already: a second one is drawn on the first.
  return replaced
    .join('')
    .normalize('NFD')
    .replaceAll(/(?<=\p{SD}\p{M}*)\u0307/gu, '')
}

// Letters of Lisu and Tifinagh that look like a capital i, which in turn looks like l.
const likeCapitalI = /[\ua4f2\u2d4f]/g

/** Returns the skeleton of a text in letters that readers take for Latin capitals. */
export function capitalSkeletonOf(text: string): string {
  return skeletonOf(text.toUpperCase().replaceAll(likeCapitalI, 'i'))
}
