import { accept, type Parsed, type Refusal, refuse } from '../../../../platform/kernel/parsed.ts'
import { socialLinkLengthMax } from '../model.ts'

// A URL parser drops tabs and line ends and takes a backslash for a slash, so that what a person reads and where it
// leads could differ. What cannot be seen, and the marks that turn the direction of text, have no place in it either.
const treacherous = /[\p{Z}\p{C}\\]/u

const scheme = /^[a-z][a-z0-9+-]*:/i
const https = /^https:\/\/[^/]/i

export const linkTooLong = refuse('too_long', `Use at most ${socialLinkLengthMax} characters.`)

/** What was pasted, without the white space around it, and with nothing in it that a URL parser would change. */
export function readPasted(text: string): Parsed<string> {
  if (text.length > socialLinkLengthMax) return linkTooLong
  const pasted = text.trim()
  if (!treacherous.test(pasted)) return accept(pasted)
  return refuse('character_not_allowed', 'Leave out spaces, backslashes and characters that cannot be seen.')
}

export function hasScheme(pasted: string): boolean {
  return scheme.test(pasted)
}

/** An https URL without a name or password in it, which would make one host look like another (RFC 3986 §7.6). */
export function readHttpsUrl(pasted: string, malformed: Refusal): Parsed<URL> {
  // Every other scheme: `javascript:` and `data:` run in the page that shows them (A122), http can be changed on the way.
  if (!https.test(pasted)) return refuse('https_needed', 'Give an address that begins with https://.')
  const url = URL.parse(pasted)
  if (url === null || url.username !== '' || url.password !== '') return malformed
  return accept(url)
}
