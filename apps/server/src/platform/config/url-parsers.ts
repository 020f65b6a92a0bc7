import { isIPv4 } from 'node:net'
import { resolve } from 'node:path'
import { items } from './parsers.ts'
import { type Parser, quote, Refused } from './setting.ts'

/** Where the data lives. A SQLite path is absolute. */
export type DatabaseLocation =
  | { readonly engine: 'sqlite'; readonly path: string }
  | { readonly engine: 'postgres' | 'mysql'; readonly url: string }

/** RFC 6761 §6.3 and RFC 1122 §3.2.1.3: names and addresses that never leave the machine. */
export function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]') return true
  return isIPv4(hostname) && hostname.startsWith('127.')
}

/** Any URL of these schemes that names a host; kept as it was written. */
export function url(...schemes: readonly string[]): Parser<string> {
  return {
    range: `a URL that begins ${listed(schemes.map((scheme) => `\`${scheme}://\``))}`,
    parse(text) {
      if (readUrl(text, schemes).hostname === '') throw new Refused('must name a host after "//".')
      return text
    },
  }
}

/** Where an API is spoken, perhaps below a path, which ends without a slash. */
export function endpoint(): Parser<string> {
  return {
    range: 'a URL that begins `https://` or `http://`, without a user name, query or fragment',
    parse(text) {
      const parsed = readUrl(text, ['https', 'http'])
      refuseCredentials(parsed)
      if (/[?#]/.test(text)) throw new Refused('must not have a query or fragment: a path is added to it.')
      return parsed.href.replace(/\/+$/, '')
    },
  }
}

/** Where OTLP over HTTP is spoken, perhaps below a path. */
export function collector(): Parser<string> {
  return {
    range: 'a URL that begins `https://` or `http://`, without a user name, query or fragment',
    parse(text) {
      const parsed = readUrl(text, ['https', 'http'])
      if (parsed.username !== '' || parsed.password !== '')
        throw new Refused('must not hold a user name or password; OTEL_EXPORTER_OTLP_HEADERS takes a key.')
      if (/[?#]/.test(text)) throw new Refused('must not have a query or fragment: a path is added to it.')
      if (/\/v1\/traces\/?$/.test(parsed.pathname))
        throw new Refused('must not end with /v1/traces, which is added to it.')
      if (parsed.port === '4317')
        throw new Refused('names port 4317, where collectors speak gRPC; over HTTP it usually is 4318.')
      return text
    },
  }
}

// RFC 9110 §5.1 and §5.5, without what is no text.
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const headerValue = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/

/** `name=value`, percent-encoded, with commas between (OpenTelemetry: OTLP exporter, as W3C Baggage §3.3). */
export function headers(): Parser<Readonly<Record<string, string>>> {
  return {
    range: 'a list with commas of `name=value`, where the value is percent-encoded',
    parse(text) {
      return Object.fromEntries(text.split(',').map(readHeader))
    },
  }
}

/** Does not quote what it refuses: it may be a key. */
function readHeader(item: string, index: number): [string, string] {
  const [, name = '', encoded = ''] = /^([^=]*)=(.*)$/s.exec(item.trim()) ?? []
  const value = decoded(encoded.trim())
  if (headerName.test(name.trim()) && value !== null && headerValue.test(value)) return [name.trim(), value]
  throw new Refused(`has an item ${index + 1} that is no "name=value" with a percent-encoded value.`)
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/** Gives the origin, which has no slash at its end. */
export function publicUrl(): Parser<string> {
  return {
    range: 'an origin: `https://` and a host, with a port where it is not the usual one',
    parse(text) {
      const parsed = readUrl(text, ['https', 'http'])
      refuseCredentials(parsed)
      if (parsed.pathname !== '/' || /[?#]/.test(text)) {
        throw new Refused(
          `must be an origin without a path, such as ${parsed.origin}; nothing is served below one.`,
        )
      }
      return parsed.origin
    },
  }
}

/** Origins as a browser sends them (RFC 6454 §6.2), for they are compared byte for byte. */
export function origins(): Parser<readonly string[]> {
  return {
    range: 'a list with commas of origins such as `https://app.example.org`, each exact: no path, no `*`',
    parse(text) {
      for (const item of items(text)) checkOrigin(item)
      return items(text)
    },
  }
}

function checkOrigin(item: string): void {
  if (item.includes('*')) {
    throw new Refused(
      'must name each origin in full: "*" would let any site act with its visitors\' sign-in.',
    )
  }
  if (item === 'null') {
    throw new Refused('must not name the origin "null": any page can take it by way of a sandboxed frame.')
  }
  const parsed = readUrl(item, ['https', 'http'])
  refuseCredentials(parsed)
  if (parsed.origin !== item)
    throw new Refused(`has ${quote(item)}; the exact origin is ${quote(parsed.origin)}.`)
}

/** `mailto:` or `https:` (RFC 9116 §2.5.3). */
export function contact(): Parser<string> {
  return {
    range: 'a URI that begins `mailto:` or `https://`',
    parse(text) {
      if (text.startsWith('https://')) return url('https').parse(text)
      if (!text.startsWith('mailto:')) throw new Refused('must begin mailto: or https://.')
      if (/^mailto:[^\s\p{C}@?,]+@[^\s\p{C}@?,]+$/u.test(text)) return text
      throw new Refused('must hold one address after "mailto:", such as mailto:security@example.org.')
    },
  }
}

const databaseSchemes = new Map<string, 'postgres' | 'mysql'>([
  ['postgres:', 'postgres'],
  ['postgresql:', 'postgres'],
  ['mysql:', 'mysql'],
  ['mariadb:', 'mysql'],
])

export function databaseUrl(): Parser<DatabaseLocation> {
  return {
    range:
      '`sqlite:PATH`, `postgres://…` or `mysql://…`; `postgresql://` and `mariadb://` are the same as the two; ' +
      'a relative PATH starts from the working directory',
    parse(text) {
      if (text.startsWith('sqlite:'))
        return { engine: 'sqlite', path: sqlitePath(text.slice('sqlite:'.length)) }
      const parsed = readUrl(text, ['postgres', 'postgresql', 'mysql', 'mariadb'], ['sqlite:PATH'])
      const engine = databaseSchemes.get(parsed.protocol)
      if (engine === undefined) throw new Refused('must begin sqlite:, postgres:// or mysql://.')
      if (!/^\/[^/]+$/.test(parsed.pathname)) {
        throw new Refused(
          `must end with the name of one database, as in ${engine}://user:password@host/proxima.`,
        )
      }
      // A socket is named in the query, and the host is then empty.
      const hasSocket = parsed.searchParams.has('host') || parsed.searchParams.has('socketPath')
      if (parsed.hostname === '' && !hasSocket) throw new Refused('must name a host after "//".')
      return { engine, url: text.replace(/^[^:]*/, engine) }
    },
  }
}

function sqlitePath(path: string): string {
  if (path === '' || /[/\\]$/.test(path)) {
    throw new Refused('must name a file after "sqlite:", as in sqlite:./data/proxima.sqlite.')
  }
  if (path.startsWith(':memory:')) {
    throw new Refused(
      'must name a file: reads have a connection of their own, which sees nothing kept in memory.',
    )
  }
  if (/^\/\/[^/]/.test(path)) {
    throw new Refused(
      'must be written sqlite:PATH, without "//"; an absolute path is sqlite:/path/of/the/file.',
    )
  }
  if (/[?#\p{C}]/u.test(path)) throw new Refused('must be a path alone after "sqlite:", without options.')
  return resolve(path)
}

/** Does not quote what it refuses: a URL that does not parse may hold a password anywhere. */
export function readUrl(text: string, schemes: readonly string[], others: readonly string[] = []): URL {
  // The URL parser drops tabs and line ends in silence and takes "\" for "/" (WHATWG URL §4.4).
  if (/[\s\p{C}\\]/u.test(text)) {
    throw new Refused('must be a URL without spaces, control characters or backslashes.')
  }
  const begins = schemes.some((scheme) => text.toLowerCase().startsWith(`${scheme}://`))
  const beginnings = [...others, ...schemes.map((scheme) => `${scheme}://`)]
  if (!begins) throw new Refused(`must begin ${listed(beginnings)}.`)
  const parsed = URL.parse(text)
  if (parsed !== null) return parsed
  throw new Refused('is not a URL. Percent-encode the characters / ? # @ : % in its user name and password.')
}

function refuseCredentials(parsed: URL): void {
  if (parsed.username !== '' || parsed.password !== '')
    throw new Refused('must not hold a user name or password.')
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

/** For people: without user name and password, and with the values in its query hidden, where a key may stand. */
export function maskUrl(text: string): string {
  const parsed = URL.parse(text)
  if (parsed === null) return '***'
  if (parsed.username !== '' || parsed.password !== '') parsed.username = parsed.password = '***'
  const names = [...parsed.searchParams.keys()]
  parsed.search = names.map((name) => `${encodeURIComponent(name)}=***`).join('&')
  parsed.hash = ''
  return parsed.href
}
