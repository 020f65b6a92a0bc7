import { accept, type Parsed, refuse } from '../../../../platform/kernel/parsed.ts'
import { socialLinkLengthMax } from '../model.ts'
import { hasScheme, linkTooLong, readHttpsUrl, readPasted } from './address.ts'

const malformed = refuse('link_invalid', 'Give the address of a page, such as https://ada.example.')

/** A letter in the last label: a host whose last label is a number is an IPv4 address (WHATWG URL, host parsing). */
const domainName = /^(?:[a-z0-9_-]+\.)+[a-z0-9-]*[a-z][a-z0-9-]*$/

/** Names that lead somewhere else from each network (RFC 6761, RFC 6762, RFC 8375, and ICANN's `internal`). */
const privateNames = /(?:^|\.)(?:localhost|local|internal|home\.arpa)$/

/** Any page of the public web; without a scheme, https is meant. */
export function parseWebsite(text: string): Parsed<string> {
  const pasted = readPasted(text)
  if (!pasted.ok) return pasted
  const address = hasScheme(pasted.value) ? pasted.value : `https://${pasted.value}`
  const url = readHttpsUrl(address, malformed)
  if (!url.ok) return url
  const { hostname } = url.value
  // A link to an address in the reader's own network would have the reader's browser knock there.
  if (!domainName.test(hostname) || privateNames.test(hostname))
    return refuse(
      'host_not_allowed',
      'Give an address with a public domain name, such as https://ada.example.',
    )
  const href = serialize(url.value, pasted.value)
  return href.length > socialLinkLengthMax ? linkTooLong : accept(href)
}

/** In the one form that URLs have, but for the slash that a parser adds to a bare host. */
function serialize({ origin, href }: URL, given: string): string {
  return href === `${origin}/` && !given.endsWith('/') ? origin : href
}
