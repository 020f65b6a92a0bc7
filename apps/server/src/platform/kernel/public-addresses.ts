import { isIPv4 } from 'node:net'
import { canonicalAddress, translatedIpv4 } from './addresses.ts'
import { Networks } from './networks.ts'

/** The IPv4 networks that are not part of the public internet (RFC 6890, and the registry of IANA that it began). */
const special = new Networks([
  '0.0.0.0/8', // This network; Linux connects to this machine.
  '10.0.0.0/8', // Private (RFC 1918).
  '100.64.0.0/10', // Shared by the customers of a provider (RFC 6598).
  '127.0.0.0/8', // Loopback.
  '169.254.0.0/16', // Link-local, with the metadata of cloud machines (RFC 3927).
  '172.16.0.0/12', // Private.
  '192.0.0.0/24', // Protocol assignments.
  '192.0.2.0/24', // Documentation (RFC 5737).
  '192.88.99.0/24', // 6to4 relays (RFC 7526).
  '192.168.0.0/16', // Private.
  '198.18.0.0/15', // Benchmarks (RFC 2544).
  '198.51.100.0/24', // Documentation.
  '203.0.113.0/24', // Documentation.
  '224.0.0.0/4', // Multicast.
  '240.0.0.0/4', // Reserved, and the broadcast address.
  '168.63.129.16', // In no registry: the platform of Azure, as its machines see it.
])

/** Only this part of IPv6 is assigned for the public internet (RFC 4291 §2.4, IANA). */
const globalUnicast = new Networks(['2000::/3'])

const specialInGlobalUnicast = new Networks([
  '2001::/23', // Protocol assignments, with Teredo, which leads to an IPv4 address (RFC 4380).
  '2001:db8::/32', // Documentation (RFC 3849).
  '2002::/16', // 6to4, which leads to an IPv4 address (RFC 3056, RFC 7526).
  '3fff::/20', // Documentation (RFC 9637).
])

/**
 * True if the address belongs to the public internet. An IPv6 address that stands for an IPv4 address is what that
 * address is: mapped (`::ffff:192.0.2.1`), or translated by the network (NAT64, RFC 6052).
 */
export function isPublicAddress(address: string): boolean {
  const canonical = translatedIpv4(address) ?? canonicalAddress(address)
  if (isIPv4(canonical)) return !special.has(canonical)
  return globalUnicast.has(canonical) && !specialInGlobalUnicast.has(canonical)
}
