import { isIPv6 } from 'node:net'

const groupCount = 8
const networkGroupCount = 4

/**
 * Who counts as one client: an IPv4 address, or an IPv6 network of /64, since whoever has one address of it has
 * them all. `::ffff:192.0.2.1` is 192.0.2.1 (RFC 4291 §2.5.5.2).
 */
export function clientKey(address: string): string {
  if (!isIPv6(address)) return address
  const groups = groupsOf(address)
  const mapped = mappedAddress(groups)
  return (
    mapped ??
    `${groups
      .slice(0, networkGroupCount)
      .map((group) => group.toString(16))
      .join(':')}::/64`
  )
}

function groupsOf(address: string): number[] {
  // The URL parser writes every spelling of an address in one way (RFC 5952), embedded IPv4 included.
  const canonical = new URL(`http://[${address.split('%')[0]}]`).hostname.slice(1, -1)
  const [head = '', tail] = canonical.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? 0 : groupCount - before.length - after.length
  return [...before, ...Array<string>(zeros).fill('0'), ...after].map((group) => Number.parseInt(group, 16))
}

function mappedAddress(groups: readonly number[]): string | null {
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (!isMapped) return null
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.')
}
