import { isIP } from 'node:net'
import proxyAddress from '@fastify/proxy-addr'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import parseForwarded from 'forwarded-parse'

/**
 * Whose request it is. Forwarding headers are written by anybody, so they are read only from configured proxies, and
 * from the right, where the nearest of them wrote (A42).
 */
export function readClientAddresses(app: FastifyInstance, trustedProxies: readonly string[]): void {
  const isTrusted = proxyAddress.compile([...trustedProxies])
  app.decorateRequest('clientAddress', '')
  app.addHook('onRequest', (request: FastifyRequest, _reply, done) => {
    request.clientAddress = clientAddress(request, isTrusted)
    done()
  })
}

type IsTrusted = (address: string, hop: number) => boolean

function clientAddress({ raw, headers }: FastifyRequest, isTrusted: IsTrusted): string {
  const peer = raw.socket.remoteAddress ?? ''
  if (!isTrusted(peer, 0)) return peer
  const forwarded = forwardedFor(headers.forwarded)
  // A client may have broken the header, to hide what the proxy added: neither header is used then.
  if (forwarded === null) return peer
  const forwardedBy = listed(headers['x-forwarded-for'])
  if (forwarded.length === 0) return nearestStranger(peer, forwardedBy, isTrusted)
  const client = nearestStranger(peer, forwarded, isTrusted)
  if (forwardedBy.length === 0) return client
  // A proxy writes one of the two and may pass on what a client wrote in the other: where they differ, neither counts.
  return nearestStranger(peer, forwardedBy, isTrusted) === client ? client : peer
}

// An entry that is no address ends the walk at the proxy that wrote it.
function nearestStranger(peer: string, chain: readonly string[], isTrusted: IsTrusted): string {
  let client = peer
  for (const [hop, address] of chain.toReversed().entries()) {
    if (!isTrusted(client, hop)) break
    // A zone (`fe80::1%eth0`) means something on the proxy only, and may be of any length.
    if (isIP(address) === 0 || address.includes('%')) break
    client = address
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

/** The `for` parameters of RFC 7239 §4, in order; null if the header is malformed. */
function forwardedFor(header: string | undefined): string[] | null {
  if (header === undefined) return []
  try {
    return parseForwarded(header)
      .map((element) => withoutPort(element['for'] ?? ''))
      .filter((item) => item !== '')
  } catch {
    return null
  }
}

/** `192.0.2.1:443` and `[2001:db8::1]:443` without what stands around the address. */
function withoutPort(text: string): string {
  const item = text.trim()
  return /^\[([^\]]*)\]/.exec(item)?.[1] ?? /^([\d.]+):\d+$/.exec(item)?.[1] ?? item
}
