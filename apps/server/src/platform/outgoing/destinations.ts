import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import { isLoopbackAddress, translatedIpv4 } from '../kernel/addresses.ts'
import { Networks } from '../kernel/networks.ts'
import { isPublicAddress } from '../kernel/public-addresses.ts'

/** Decides which addresses the server may call. */
export interface Destinations {
  /** Asked before the name is looked up. An address in the URL is checked here, because it is not looked up. */
  allowsUrl(url: URL): boolean
  /** Asked for each address of a name, and each time that the server connects. */
  allowsAddress(address: string): boolean
}

/** For addresses that the operator has set: they may be in the operator's own networks. */
export const configuredDestinations: Destinations = {
  allowsUrl: () => true,
  allowsAddress: () => true,
}

export interface PublicDestinationsOptions {
  /** The networks that are allowed besides the public internet. */
  readonly allowedNetworks: readonly string[]
  /** True to allow programs on this machine, also without encryption: for trying out. */
  readonly allowsLoopback: boolean
  /** The addresses of this machine. A test passes others. */
  readonly ownAddresses?: () => readonly string[]
}

/**
 * For addresses that callers of the API have given. Otherwise they could have this server call machines that only it can
 * reach, such as a database or the metadata of a cloud (A121; OWASP SSRF Prevention Cheat Sheet, case 2).
 */
export class PublicDestinations implements Destinations {
  readonly #allowed: Networks
  readonly #allowsLoopback: boolean
  readonly #ownAddresses: () => readonly string[]

  constructor({
    allowedNetworks,
    allowsLoopback,
    ownAddresses = interfaceAddresses,
  }: PublicDestinationsOptions) {
    this.#allowed = new Networks(allowedNetworks)
    this.#allowsLoopback = allowsLoopback
    this.#ownAddresses = ownAddresses
  }

  /** The parser of URLs has brought an address to its usual form: `0x7f.1` and `2130706433` are `127.0.0.1`. */
  allowsUrl({ protocol, hostname, username, password }: URL): boolean {
    const host = hostname.replace(/^\[(.*)\]$/, '$1')
    const isLoopback = isLoopbackName(host) || isLoopbackAddress(host)
    // Without encryption, everyone on the way could read and change what is sent (ASVS 12.3.1).
    if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback && this.#allowsLoopback)) return false
    if (username !== '' || password !== '') return false
    return isIP(host) === 0 || this.allowsAddress(host)
  }

  allowsAddress(given: string): boolean {
    const address = translatedIpv4(given) ?? given
    if (this.#allowed.has(address)) return true
    if (isLoopbackAddress(address)) return this.#allowsLoopback
    // A service of this machine may trust its own public address.
    return isPublicAddress(address) && !new Networks(this.#ownAddresses()).has(address)
  }
}

/** Names that never leave the machine (RFC 6761 §6.3). */
export function isLoopbackName(name: string): boolean {
  return /^(?:.+\.)?localhost\.?$/i.test(name)
}

function interfaceAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address))
}
