/**
 * What people type and paste, in plain characters. Every field with a canonical form reads its text with these
 * functions: phone numbers, usernames, codes.
 */

// Format characters and default ignorables: the marks that phones put around a number that they copy (U+202A … U+202C),
// zero-width spaces, soft hyphens, variation selectors. No one sees them, so they cannot make a difference.
const invisible = /[\p{Cf}\p{DI}]/gu

export function withoutInvisible(text: string): string {
  return text.replaceAll(invisible, '')
}

/** Writes the decimal digits of every script as 0 to 9: keyboards for Arabic, Hindi or Bengali have digits of their own. */
export function asciiDigits(text: string): string {
  return text.replaceAll(/\p{Nd}/gu, (digit) => String((digit.codePointAt(0) ?? 0) - zeroOf(digit)))
}

/** Returns the zero of the same kind of digits: in Unicode the digits of a kind are ten successive code points. */
export function zeroOf(digit: string): number {
  const codePoint = digit.codePointAt(0) ?? 0
  let first = codePoint
  while (/^\p{Nd}$/u.test(String.fromCodePoint(first - 1))) first -= 1
  return first + Math.floor((codePoint - first) / 10) * 10
}

// Several of these are none in Unicode, but keyboards and word processors put them into numbers: the minus sign, the
// long-vowel mark of Japanese, the wave dash.
const dashes = /[\p{Pd}~\u2043\u2212\u223c\u30fc]/gu
const spaces = /[\t\p{Zs}]/gu
const dots = /[\u00b7\u2022\u2024\u2027\u3002\u30fb]/gu
const slashes = /[\u2044\u2215]/gu

/** Writes every dash as `-`, every space in a line as a plain one, and the dots, slashes and brackets that separate digits in ASCII. */
export function asciiSeparators(text: string): string {
  return text
    .replaceAll(dashes, '-')
    .replaceAll(spaces, ' ')
    .replaceAll(dots, '.')
    .replaceAll(slashes, '/')
    .replaceAll('[', '(')
    .replaceAll(']', ')')
}

/** Writes digits and their separators in ASCII, without invisible characters. It leaves all other characters. */
export function asciiNumber(text: string): string {
  return asciiSeparators(asciiDigits(withoutInvisible(text.normalize('NFKC'))))
}
