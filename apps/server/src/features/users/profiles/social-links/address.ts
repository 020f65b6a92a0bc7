import { accept, type Parsed, type Refusal, refuse } from '../../../../platform/kernel/parsed.ts'
import { socialLinkLengthMax } from '../model.ts'

// A URL parser drops tabs and line ends, and reads a backslash as a slash, so a link could lead to another place than
// it shows. Invisible characters, and marks that change the direction of text, are refused for the same reason.
const misleading = /[\p{Z}\p{C}\\]/u

const scheme = /^[a-z][a-z0-9+-]*:/i
const https = /^https:\/\/[^/]/i

export const linkTooLong = refuse('too_long', `Use at most ${socialLinkLengthMax} characters.`)

/** Returns the pasted text without white space around it. It has no character that a URL parser would change. */
export function readPasted(text: string): Parsed<string> {
  if (text.length > socialLinkLengthMax) return linkTooLong
  const pasted = text.trim()
  if (!misleading.test(pasted)) return accept(pasted)
  return refuse('character_not_allowed', 'Leave out spaces, backslashes and invisible characters.')
}

export function hasScheme(pasted: string): boolean {
  return scheme.test(pasted)
}

/** Accepts an https URL without user name and password, which would make one host look like another (RFC 3986 §7.6). */
export function readHttpsUrl(pasted: string, malformed: Refusal): Parsed<URL> {
  // No other scheme: `javascript:` and `data:` run in the page that shows them (A122), and http can be changed in
  // transit.
  if (!https.test(pasted)) return refuse('https_needed', 'Give an address that begins with https://.')
  const url = URL.parse(pasted)
  if (url === null || url.username !== '' || url.password !== '') return malformed
  return accept(url)
}
