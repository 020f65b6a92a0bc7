import { accept, type Parsed, refuse } from '../../../../platform/kernel/parsed.ts'
import { socialLinkLengthMax } from '../model.ts'
import { hasScheme, linkTooLong, readHttpsUrl, readPasted } from './address.ts'

const malformed = refuse('link_invalid', 'Give the address of a page, such as https://ada.example.')

/** The last label has a letter: a host whose last label is a number is an IPv4 address (WHATWG URL, host parsing). */
const domainName = /^(?:[a-z0-9_-]+\.)+[a-z0-9-]*[a-z][a-z0-9-]*$/

/** Names that lead to another host in each network (RFC 6761, RFC 6762, RFC 8375, and ICANN's `internal`). */
const privateNames = /(?:^|\.)(?:localhost|local|internal|home\.arpa)$/

/** Accepts the address of any page of the public web. Without a scheme it is read as https. */
export function parseWebsite(text: string): Parsed<string> {
  const pasted = readPasted(text)
  if (!pasted.ok) return pasted
  const address = hasScheme(pasted.value) ? pasted.value : `https://${pasted.value}`
  const url = readHttpsUrl(address, malformed)
  if (!url.ok) return url
  const { hostname } = url.value
  // A link to a private address would make the browser of a reader send requests within its own network.
  if (!domainName.test(hostname) || privateNames.test(hostname))
    return refuse(
      'host_not_allowed',
      'Give an address with a public domain name, such as https://ada.example.',
    )
  const href = serialize(url.value, pasted.value)
  return href.length > socialLinkLengthMax ? linkTooLong : accept(href)
}

/** Returns the canonical form of the URL, without the slash that a parser adds to a bare host. */
function serialize({ origin, href }: URL, given: string): string {
  return href === `${origin}/` && !given.endsWith('/') ? origin : href
}
