import { bytesOf, canonicalAddress, mappedIpv4 } from './addresses.ts'
import { accept, type Parsed, refuse } from './parsed.ts'

const bitsPerByte = 8
/** The IPv6 form of an IPv4 address begins with these (RFC 4291 §2.5.5.2). */
const mappedBits = `${'0'.repeat(80)}${'1'.repeat(16)}`

/** The first bits of all addresses of a network. */
interface Prefix {
  /** How many bits an address of this family has. */
  readonly width: number
  readonly bits: string
}

/**
 * A set of addresses and networks in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3). Not Node's `BlockList`: there, an IPv6
 * network that begins with zeros also holds every IPv4 address.
 */
export class Networks {
  readonly #prefixes: readonly Prefix[]

  constructor(networks: readonly string[]) {
    this.#prefixes = networks.map(prefixOf)
  }

  /** True if the address is in one of the networks, however it is spelt. */
  has(address: string): boolean {
    const own = bitsOf(address)
    return this.#prefixes.some(({ width, bits }) => own.length === width && own.startsWith(bits))
  }
}

const malformed = refuse(
  'network_malformed',
  'Use an address such as 192.0.2.7, or a network such as 192.0.2.0/24 or 2001:db8::/32.',
)

/**
 * Reads an address or a network that a person typed, and writes it in one way. Refuses bits behind the prefix:
 * `192.0.2.7/24` may mean the address or the network.
 */
export function parseNetwork(text: string): Parsed<string> {
  const [given = '', prefix, ...rest] = text.split('/')
  const bits = bitsOf(given)
  if (bits === '' || given.includes('%') || rest.length > 0) return malformed
  const address = canonicalAddress(given)
  if (prefix === undefined) return accept(address)
  // The prefix would count the bits of the IPv6 form, and the address has those of IPv4.
  if (mappedIpv4(given) !== null) return malformed
  if (!/^(0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > bits.length) return malformed
  if (bits.slice(Number(prefix)).includes('1'))
    return refuse(
      'network_has_host_bits',
      'The address has bits behind the prefix. Use the first address of the network, such as 192.0.2.0/24.',
    )
  return accept(`${address}/${prefix}`)
}

function prefixOf(network: string): Prefix {
  const [address = '', length] = network.split('/')
  const own = bitsOf(address)
  // In the IPv6 form of an IPv4 network, the prefix counts the bits of that form.
  const isMapped = length !== undefined && mappedIpv4(address) !== null
  const bits = (isMapped ? mappedBits + own : own).slice(0, length === undefined ? undefined : Number(length))
  return isMapped && bits.startsWith(mappedBits)
    ? { width: own.length, bits: bits.slice(mappedBits.length) }
    : { width: isMapped ? mappedBits.length + own.length : own.length, bits }
}

/** The bits of an address; empty for a text that is not one. */
function bitsOf(address: string): string {
  const bytes = bytesOf(address) ?? []
  return bytes.map((byte) => byte.toString(2).padStart(bitsPerByte, '0')).join('')
}
