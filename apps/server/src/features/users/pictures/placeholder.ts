import type { Account } from '../../../platform/kernel/account.ts'
import type { PictureSize } from './model.ts'

/**
 * Draws a placeholder from the account's id and name. It is always the same for one account, and usually differs from
 * others.
 */
export function placeholder(account: Account, size: PictureSize): string {
  const initials = initialsOf(account)
  const figure = initials === '' ? silhouette : lettering(initials)
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 100 100">` +
    `<rect width="100" height="100" fill="hsl(${hueOf(account.id)},45%,32%)"/>${figure}</svg>`
  )
}

type Named = Pick<Account, 'givenName' | 'familyName' | 'fullName' | 'username' | 'email'>

/** Returns one or two letters or digits, in capitals; an empty text if no name of the account has any. */
export function initialsOf({ givenName, familyName, fullName, username, email }: Named): string {
  const words = (fullName ?? '').split(/\s+/)
  const pairs = [[givenName, familyName], words.length > 1 ? [words[0], words.at(-1)] : words]
  for (const names of [...pairs, [username], [email]]) {
    const initials = names.map((name) => initialOf(name ?? '')).join('')
    if (initials !== '') return initials
  }
  return ''
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const codePointsMax = 4

// One character, as a reader sees it, may be several code points with any number of accents. A ligature is several
// characters, and the capital of ß is two.
function initialOf(name: string): string {
  const letter = firstOf(name.normalize('NFKC'))
  return plain(firstOf(letter.toUpperCase()))
}

function firstOf(text: string): string {
  // A letter that looks like an apostrophe is not the first of a name: ʻOnipaʻa has an O.
  for (const { segment } of graphemes.segment(text))
    if (/^(?!\p{Lm})[\p{L}\p{N}]/u.test(segment)) return Array.from(segment).slice(0, codePointsMax).join('')
  return ''
}

// Keeps only letters, digits and their marks, so that nothing can be markup in SVG (A119).
function plain(grapheme: string): string {
  return grapheme.replaceAll(/[^\p{L}\p{N}\p{M}]/gu, '')
}

function lettering(initials: string): string {
  return `<text x="50" y="50" dy=".35em" fill="#fff" font-family="sans-serif" font-size="42" text-anchor="middle">${initials}</text>`
}

const silhouette =
  '<circle cx="50" cy="38" r="17" fill="#fff"/><path d="M18 88a32 29 0 0 1 64 0z" fill="#fff"/>'

// With the lightness above, white letters have enough contrast on every hue (WCAG 2.2 §1.4.3). The last digits of an
// id are random.
function hueOf(id: string): number {
  return Number.parseInt(id.slice(-6), 16) % 360
}
