import { isIP, type Socket } from 'node:net'
import proxyAddress from '@fastify/proxy-addr'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { canonicalAddress } from '../kernel/addresses.ts'

/**
 * Finds the address of each client. Anyone can write forwarding headers, so the server reads them only if they come
 * from a configured proxy. It reads them from the right, where the nearest proxy writes (A42). An address gets its one
 * spelling here, so that it is the same wherever it is shown, stored or counted.
 */
export function readClientAddresses(app: FastifyInstance, trustedProxies: readonly string[]): void {
  const isTrusted = proxyAddress.compile([...trustedProxies])
  // It is the same for all requests of a connection, and takes as long as the look-up of a session.
  const peers = new WeakMap<Socket, Peer>()
  const peerOf = (socket: Socket): Peer => {
    const known = peers.get(socket)
    if (known !== undefined) return known
    const address = canonicalAddress(socket.remoteAddress ?? '')
    const peer = { address, isTrusted: isTrusted(address, 0) }
    // A connection has no address once it is closed.
    if (socket.remoteAddress !== undefined) peers.set(socket, peer)
    return peer
  }
  app.decorateRequest('clientAddress', '')
  app.decorateRequest('isFromTrustedProxy', false)
  app.addHook('onRequest', (request: FastifyRequest, _reply, done) => {
    const peer = peerOf(request.socket)
    request.isFromTrustedProxy = peer.isTrusted
    request.clientAddress = peer.isTrusted ? clientAddress(request, peer.address, isTrusted) : peer.address
    done()
  })
}

/** The other end of a connection. */
interface Peer {
  readonly address: string
  readonly isTrusted: boolean
}

type IsTrusted = (address: string, hop: number) => boolean

function clientAddress({ headers }: FastifyRequest, peer: string, isTrusted: IsTrusted): string {
  if (headers.forwarded === undefined && headers['x-forwarded-for'] === undefined) return peer
  const forwarded = forwardedFor(headers.forwarded)
  const xForwardedFor = listed(headers['x-forwarded-for'])
  if (forwarded.length === 0) return untrustedAddress(peer, xForwardedFor, isTrusted)
  const client = untrustedAddress(peer, forwarded, isTrusted)
  if (xForwardedFor.length === 0) return client
  // A proxy writes one of the two and may forward what a client wrote in the other. If they differ, neither is used: the
  // request counts for the proxy. Such clients share one quota, so a forged header gains little. A proxy that drops the
  // header that it does not write, as the guides say, has no such requests.
  return untrustedAddress(peer, xForwardedFor, isTrusted) === client ? client : peer
}

/**
 * The nearest address that is not a trusted proxy. If an entry is not an address, the search ends at the proxy that
 * wrote it.
 */
function untrustedAddress(peer: string, chain: readonly string[], isTrusted: IsTrusted): string {
  let client = peer
  for (const [hop, address] of chain.toReversed().entries()) {
    if (!isTrusted(client, hop)) break
    // A zone (`fe80::1%eth0`) has a meaning only on the proxy, and may have any length.
    if (isIP(address) === 0 || address.includes('%')) break
    client = canonicalAddress(address)
  }
  return client
}

function listed(header: string | string[] | undefined): string[] {
  return [header ?? []]
    .flat()
    .flatMap((line) => line.split(','))
    .map(withoutPort)
    .filter((item) => item !== '')
}

/**
 * The `for` parameters of RFC 7239 §4, in order. The library forwarded-parse is not used, because it refuses the whole
 * header if any part of it is malformed: then a client could hide what the proxy has added behind garbage of its own,
 * and the unquoted ports that some proxies write would make all their clients one.
 */
function forwardedFor(header: string | undefined): string[] {
  return elementsOf(header ?? '')
    .map((element) => withoutPort(/(?:^|;)\s*for\s*=\s*"?([^";]*)"?/i.exec(element)?.[1] ?? ''))
    .filter((item) => item !== '')
}

/**
 * Splits at the commas outside quotes. It goes from the right, where the nearest proxy writes: a quote that a client
 * leaves open cannot swallow what the proxy has added.
 */
function elementsOf(header: string): string[] {
  const elements: string[] = []
  let end = header.length
  let isQuoted = false
  for (let at = header.length - 1; at >= 0; at--) {
    const character = header[at]
    if (character === '"' && header[at - 1] !== '\\') isQuoted = !isQuoted
    if (character !== ',' || isQuoted) continue
    elements.push(header.slice(at + 1, end))
    end = at
  }
  elements.push(header.slice(0, end))
  return elements.reverse()
}

/** The address in `192.0.2.1:443` and `[2001:db8::1]:443`. */
function withoutPort(text: string): string {
  const item = text.trim()
  return /^\[([^\]]*)\]/.exec(item)?.[1] ?? /^([\d.]+):\d+$/.exec(item)?.[1] ?? item
}
