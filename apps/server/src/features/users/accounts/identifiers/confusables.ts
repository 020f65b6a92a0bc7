import { allowedRanges, lookAlikes } from './confusables.data.ts'
import { lowerCase } from './folding.ts'

const character = (hex: string) => String.fromCodePoint(Number.parseInt(hex, 16))

const looks = new Map(
  lookAlikes.split(' ').flatMap((group) => {
    const [look = '', alike = ''] = group.split('<')
    const folded = look.split('+').map(character).join('')
    return alike.split(',').map((hex) => [character(hex), folded] as const)
  }),
)

const allowedClass = allowedRanges
  .split(' ')
  .map((range) => range.replaceAll(/[0-9a-f]+/g, String.raw`\u{$&}`))
  .join('')
const allowed = new RegExp(`^[${allowedClass}._-]*$`, 'u')

/** Whether text in NFKC has nothing but letters, digits and marks of scripts in modern use (UTS #39 §3.1), `.`, `_`, `-`. */
export function hasOnlyAllowedCharacters(text: string): boolean {
  return allowed.test(text)
}

/**
 * What text looks like (UTS #39 §4, the skeleton), in lower case. Case is kept until a character has been looked
 * up, since I is taken for l and i is not. Two names with one skeleton cannot be told apart by eye. It is never
 * shown, and nobody signs in by it. The result is in NFD, and its own skeleton.
 */
export function skeletonOf(text: string): string {
  const looked = Array.from(text.normalize('NFD'), (char) => looks.get(char) ?? lowerCase(char))
  return looked.join('').normalize('NFD')
}
