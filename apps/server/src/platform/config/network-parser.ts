import { isIP } from 'node:net'
import { items } from './parsers.ts'
import { InvalidValue, type Parser, quote } from './setting.ts'

/** Addresses and networks in CIDR notation (RFC 4632 §3.1, RFC 4291 §2.3). */
export function networks(): Parser<readonly string[]> {
  return {
    range: 'a comma-separated list of addresses and networks, such as `10.0.0.7` or `10.0.0.0/8`',
    parse(text) {
      const list = items(text)
      for (const item of list) checkNetwork(item)
      return list
    },
  }
}

function checkNetwork(item: string): void {
  const [address = '', prefix, ...rest] = item.split('/')
  const version = address.includes('%') ? 0 : isIP(address)
  if (version === 0 || rest.length > 0) {
    throw new InvalidValue(
      `has ${quote(item)}, but each item must be an address or a network such as 10.0.0.0/8.`,
    )
  }
  if (prefix === undefined) return
  const bits = version === 4 ? 32 : 128
  if (!/^(0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > bits) {
    throw new InvalidValue(`has ${quote(item)}, but the number after "/" must be from 1 to ${bits}.`)
  }
  // If all addresses were trusted, each caller could forge the address on which limits are counted (A42), or have any
  // machine called (A121).
  if (Number(prefix) === 0) {
    throw new InvalidValue(`has ${quote(item)}, which includes every address: list only those that you mean.`)
  }
}
