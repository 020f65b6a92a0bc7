import { BlockList, isIPv6 } from 'node:net'
import type { Finding } from '../../features/administration/deployment/model.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { mappedIpv4 } from '../../platform/kernel/addresses.ts'

type Settings = Pick<Config, 'publicUrl' | 'trustedProxies'>

export function checkTrustedProxies({ publicUrl, trustedProxies }: Settings): readonly Finding[] {
  const isBehindProxy = publicUrl?.startsWith('https:') ?? false
  if (isBehindProxy && trustedProxies.length === 0) return [noneTrusted]
  return trustedProxies.flatMap((text) => judge(text, parse(text)))
}

// The server itself does not support TLS, so an https address belongs to a proxy.
const noneTrusted: Finding = {
  severity: 'warning',
  code: 'proxies_missing',
  summary:
    'The server is behind a proxy, but does not read its forwarding headers. All callers share one address and its ' +
    'limits.',
  advice: 'Set PROXIMA_TRUSTED_PROXIES to the address from which the proxy connects, such as 127.0.0.1.',
}

interface Network {
  readonly version: 4 | 6
  readonly address: string
  readonly prefix: number
}

/** Content delivery networks publish ranges of up to this width. A wider one includes addresses of others. */
const publicPrefixMin = { 4: 12, 6: 28 } as const
/** A wider private range is a network, not a few proxies. */
const privatePrefixFew = { 4: 24, 6: 64 } as const

function judge(text: string, network: Network): readonly Finding[] {
  const { version, prefix } = network
  if (isPrivate(network)) {
    if (prefix >= privatePrefixFew[version]) return []
    return [
      {
        severity: 'note',
        code: 'proxies_private_network',
        summary: `Every machine in ${text} is trusted as a proxy and can claim any caller's address.`,
        advice: 'If other machines share that network, list only the proxies in PROXIMA_TRUSTED_PROXIES.',
      },
    ]
  }
  if (prefix >= publicPrefixMin[version]) return []
  return [
    {
      severity: 'error',
      code: 'proxies_too_wide',
      summary: `${text} includes addresses of other people, who can claim any address and so evade the limits.`,
      advice:
        'List only the proxies in PROXIMA_TRUSTED_PROXIES, or the ranges that their operator publishes.',
    },
  ]
}

// An IPv6 range may hold IPv4 ones: `::ffff:0.0.0.0/96`, or a wider one, is all of IPv4 (RFC 4291 §2.5.5.2).
function parse(text: string): Network {
  const [address = '', bits] = text.split('/')
  if (!isIPv6(address)) return { version: 4, address, prefix: Number(bits ?? 32) }
  const prefix = Number(bits ?? 128)
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const mapped = mappedIpv4(address)
  if (mapped === null) return { version: 6, address, prefix: canonical === '::' && prefix <= 96 ? 0 : prefix }
  return { version: 4, address: mapped, prefix: Math.max(0, prefix - 96) }
}

/** RFC 1918, RFC 6598, RFC 3927, RFC 1122 §3.2.1.3; RFC 4193, RFC 4291 §2.5.3 and §2.5.6. */
const privateRanges = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['127.0.0.0', 8],
  ['fc00::', 7],
  ['fe80::', 10],
  ['::1', 128],
] as const

function isPrivate({ version, address, prefix }: Network): boolean {
  const family = version === 4 ? 'ipv4' : 'ipv6'
  return privateRanges.some(([start, length]) => {
    if (isIPv6(start) !== (version === 6) || prefix < length) return false
    const range = new BlockList()
    range.addSubnet(start, length, family)
    return range.check(address, family)
  })
}
