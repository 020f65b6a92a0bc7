import { accept, type Parsed, refuse } from '../../../../platform/kernel/parsed.ts'
import type { SocialNetwork } from '../../../../platform/kernel/social-networks.ts'
import { socialLinkLengthMax } from '../model.ts'
import { hasScheme, linkTooLong, readHttpsUrl, readPasted } from './address.ts'

/**
 * Accepts a handle, with or without its @, or the address of a profile.
 * @returns the URL of the profile as the network writes it, the same for every spelling
 */
export function parseProfileLink(text: string, network: SocialNetwork): Parsed<string> {
  const pasted = readPasted(text)
  if (!pasted.ok) return pasted
  const path = isAddress(pasted.value, network)
    ? pathOfAddress(pasted.value, network)
    : accept(pathOfHandle(pasted.value, network))
  if (!path.ok) return path
  if (network.shared?.test(path.value) === true) return refuse('link_invalid', opened(network))
  if (!network.path.test(path.value)) return refuse('link_invalid', expected(network))
  // Built from its parts, so that nothing unchecked is stored.
  const url = `https://${network.host}/${encodeURI(path.value)}`
  return url.length > socialLinkLengthMax ? linkTooLong : accept(url)
}

function isAddress(pasted: string, { hosts }: SocialNetwork): boolean {
  return hasScheme(pasted) || hosts.test(pasted.split('/', 1)[0]?.toLowerCase() ?? '')
}

function pathOfAddress(pasted: string, network: SocialNetwork): Parsed<string> {
  const address = hasScheme(pasted) ? pasted : `https://${pasted}`
  const url = readHttpsUrl(address, refuse('link_invalid', expected(network)))
  if (!url.ok) return url
  const { host, pathname, searchParams } = url.value
  // `host` includes the port: another port is another service.
  if (!network.hosts.test(host)) return refuse('host_not_allowed', expected(network))
  const identity = network.parameter === undefined ? null : searchParams.get(network.parameter)
  const query = identity === null ? '' : `?${network.parameter}=${identity}`
  return accept(profilePath(withoutLastSlash(decode(pathname.slice(1))) + query, network))
}

/** Returns the path of the profile itself if the address leads to a part of it. */
function profilePath(path: string, { parts, rewrite }: SocialNetwork): string {
  const whole = parts === undefined ? path : path.replace(parts, '$1')
  return rewrite === undefined ? whole : rewrite(whole)
}

function pathOfHandle(pasted: string, { prefix }: SocialNetwork): string {
  const handle = withoutLastSlash(pasted)
  return handle.includes('/') ? handle : prefix + handle.replace(/^@/, '')
}

/** Returns a path that it cannot decode as it is. That path is refused later, because no path has a percent sign. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function withoutLastSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}

function opened({ title, host, prefix }: SocialNetwork): string {
  return `This address is not that of a profile on ${title}. Open it, and give the address that the browser then shows, such as https://${host}/${prefix}ada.`
}

function expected({ title, host, prefix }: SocialNetwork): string {
  return `Give a handle on ${title}, such as ada, or the address of a profile, such as https://${host}/${prefix}ada.`
}
