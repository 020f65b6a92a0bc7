import { BlockList, isIPv6 } from 'node:net'
import { canonicalAddress, mappedIpv4 } from './addresses.ts'

const mappedPrefixBits = 96

/** A set of addresses and networks in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3). */
export class Networks {
  readonly #list = new BlockList()

  constructor(networks: readonly string[]) {
    for (const network of networks) this.#add(network)
  }

  /** True if the address is in one of the networks, however it is spelt. */
  has(address: string): boolean {
    const canonical = canonicalAddress(address)
    return this.#list.check(canonical, isIPv6(canonical) ? 'ipv6' : 'ipv4')
  }

  #add(network: string): void {
    const [address = '', bits] = network.split('/')
    const isWide = isIPv6(address)
    const prefix = bits === undefined ? (isWide ? 128 : 32) : Number(bits)
    const mapped = prefix >= mappedPrefixBits ? mappedIpv4(address) : null
    if (mapped !== null) this.#list.addSubnet(mapped, prefix - mappedPrefixBits, 'ipv4')
    else this.#list.addSubnet(address, prefix, isWide ? 'ipv6' : 'ipv4')
  }
}
