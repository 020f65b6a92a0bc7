import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net'

const groupCount = 8
const clientGroupCount = 4
const networkGroupCount = 3
const wideGroupCount = 2

/**
 * Identifies one client: an IPv4 address, or an IPv6 network of /64, because someone who has one address of it has all
 * of them. `::ffff:192.0.2.1` is 192.0.2.1 (RFC 4291 §2.5.5.2).
 */
export function clientKey(address: string): string {
  const normalized = normalize(address)
  return typeof normalized === 'string' ? normalized : prefix(normalized, clientGroupCount)
}

/**
 * The one spelling of an address (RFC 5952): `::ffff:192.0.2.1` is 192.0.2.1, and `2001:DB8:0::7` is 2001:db8::7. A zone
 * (`fe80::1%eth0`) is dropped, because it names an interface of another machine. A text that is not an address is
 * returned unchanged.
 */
export function canonicalAddress(address: string): string {
  if (!isIPv6(address)) return address
  return mappedIpv4(address) ?? shortest(address)
}

/**
 * Identifies the network that a client can rent at little cost: an IPv4 /24, or an IPv6 /48 (RFC 6177 §2). Takes an
 * address or the key of a client.
 */
export function networkKey(address: string): string {
  const normalized = normalize(address.replace(/\/64$/, ''))
  if (typeof normalized !== 'string') return prefix(normalized, networkGroupCount)
  return isIPv4(normalized) ? `${normalized.slice(0, normalized.lastIndexOf('.'))}.0/24` : normalized
}

/**
 * Identifies the wide network of a client or a network: an IPv4 /16, or an IPv6 /32, which is what a provider gets (RFC
 * 6177 §2 is about its customers). Returns any other text unchanged.
 */
export function wideNetworkKey(key: string): string {
  const normalized = normalize(key.replace(/\/\d+$/, ''))
  if (typeof normalized !== 'string') return prefix(normalized, wideGroupCount)
  return isIPv4(normalized) ? `${normalized.split('.').slice(0, 2).join('.')}.0.0/16` : key
}

/** Returns the IPv4 address of an IPv4-mapped IPv6 address (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2); null for any other. */
export function mappedIpv4(address: string): string | null {
  return embeddedIpv4(address, [0, 0, 0, 0, 0, 0xffff])
}

/** Returns the IPv4 address to which a NAT64 translates (`64:ff9b::192.0.2.1`, RFC 6052 §2.1); null for any other. */
export function translatedIpv4(address: string): string | null {
  return embeddedIpv4(address, [0x64, 0xff9b, 0, 0, 0, 0])
}

/** Returns the IPv4 address in the last two groups, if the first six are the given ones. */
function embeddedIpv4(address: string, before: readonly number[]): string | null {
  if (!isIPv6(address)) return null
  const groups = groupsOf(address)
  if (!before.every((group, index) => groups[index] === group)) return null
  return groups
    .slice(before.length)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.')
}

/** Returns the groups of an IPv6 address. Returns an IPv4 address, and a text that is not an address, unchanged. */
function normalize(address: string): string | number[] {
  if (!isIPv6(address)) return address
  return mappedIpv4(address) ?? groupsOf(address)
}

function prefix(groups: readonly number[], count: number): string {
  const kept = groups.slice(0, count).map((group) => group.toString(16))
  return `${kept.join(':')}::/${count * 16}`
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** True if the address belongs to this machine alone; `::ffff:127.0.0.1` does too. */
export function isLoopbackAddress(address: string): boolean {
  return isIP(address) !== 0 && loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

// The URL parser writes every spelling of an address in one way (RFC 5952), even one with an embedded IPv4 address.
function shortest(address: string): string {
  return new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1)
}

/** The four or sixteen bytes of an address; null for a text that is not one. `::ffff:192.0.2.1` has four. */
export function bytesOf(address: string): readonly number[] | null {
  const canonical = canonicalAddress(address)
  if (isIPv4(canonical)) return canonical.split('.').map(Number)
  if (!isIPv6(canonical)) return null
  return groupsOf(canonical).flatMap((group) => [group >> 8, group & 0xff])
}

function groupsOf(address: string): number[] {
  const [head = '', tail] = shortest(address).split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : groupCount - before.length - after.length
  return [...before, ...Array<string>(zeros).fill('0'), ...after].map((group) => Number.parseInt(group, 16))
}
