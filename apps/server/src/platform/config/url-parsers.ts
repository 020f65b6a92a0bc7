import { isIP, isIPv4 } from 'node:net'
import { resolve } from 'node:path'
import { items } from './parsers.ts'
import { InvalidValue, type Parser, quote } from './setting.ts'

/** Where the data is stored. A SQLite path is absolute. */
export type DatabaseLocation =
  | { readonly engine: 'sqlite'; readonly path: string }
  | { readonly engine: 'postgres' | 'mysql'; readonly url: string }

/** RFC 6761 §6.3 and RFC 1122 §3.2.1.3: names and addresses that never leave the machine. */
export function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]') return true
  return isIPv4(hostname) && hostname.startsWith('127.')
}

/** Any URL of these schemes with a host. It is kept as written. */
export function url(...schemes: readonly string[]): Parser<string> {
  return {
    range: `a URL that begins with ${listed(schemes.map((scheme) => `\`${scheme}://\``))}`,
    parse(text) {
      if (readUrl(text, schemes).hostname === '') throw new InvalidValue('must name a host after "//".')
      return text
    },
  }
}

/** The URL of a server of data, with a password perhaps. It is kept as written. */
export function dataServer(...schemes: readonly string[]): Parser<string> {
  const { range, parse } = url(...schemes)
  return {
    range,
    parse(text) {
      refuseUnencoded(text)
      return parse(text)
    },
  }
}

// A password with an unencoded character can move the end of the host: `u:p@ss/w@host` names the host `ss`.
function refuseUnencoded(text: string): void {
  const [beforeQuery = ''] = text.split('?')
  if (text.includes('#') || beforeQuery.split('@').length > 2)
    throw new InvalidValue(
      'has two "@" or a "#". Percent-encode the characters / ? # @ : % in its user name and password.',
    )
}

/** The base URL of an API, with or without a path. The result has no slash at its end. */
export function endpoint(): Parser<string> {
  return {
    range: 'a URL that begins with `https://` or `http://`, without a user name, query or fragment',
    parse(text) {
      const parsed = readUrl(text, ['https', 'http'])
      refuseCredentials(parsed)
      if (/[?#]/.test(text))
        throw new InvalidValue('must not have a query or fragment, because the server adds a path.')
      return parsed.href.replace(/\/+$/, '')
    },
  }
}

/** An address to which passwords are sent: with TLS, unless it is on this machine (ASVS 12.3.1). */
export function passwordChecker(): Parser<string> {
  return {
    range:
      'a URL that begins with `https://`, or with `http://` for this machine, without a user name or fragment',
    parse(text) {
      const parsed = readUrl(text, ['https', 'http'])
      refuseCredentials(parsed)
      if (text.includes('#')) throw new InvalidValue('must not have a fragment.')
      if (parsed.protocol === 'http:' && !isLoopback(parsed.hostname))
        throw new InvalidValue('must begin with https://, because passwords are sent there.')
      return parsed.href
    },
  }
}

/** The base URL of an OTLP collector over HTTP, with or without a path. */
export function collector(): Parser<string> {
  return {
    range: 'a URL that begins with `https://` or `http://`, without a user name, query or fragment',
    parse(text) {
      const parsed = readUrl(text, ['https', 'http'])
      if (parsed.username !== '' || parsed.password !== '')
        throw new InvalidValue(
          'must not contain a user name or password. Set OTEL_EXPORTER_OTLP_HEADERS instead.',
        )
      if (/[?#]/.test(text))
        throw new InvalidValue('must not have a query or fragment, because the server adds a path.')
      if (/\/v1\/traces\/?$/.test(parsed.pathname))
        throw new InvalidValue('must not end with /v1/traces, because the server adds it.')
      if (parsed.port === '4317')
        throw new InvalidValue('has port 4317, which is for gRPC. The port for HTTP is usually 4318.')
      return text
    },
  }
}

// RFC 9110 §5.1 and §5.5, printable ASCII only.
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const headerValue = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/

/** A comma-separated list of `name=value`, percent-encoded (OpenTelemetry: OTLP exporter, as W3C Baggage §3.3). */
export function headers(): Parser<Readonly<Record<string, string>>> {
  return {
    range: 'a comma-separated list of `name=value` with percent-encoded values',
    parse(text) {
      return Object.fromEntries(text.split(',').map(readHeader))
    },
  }
}

/** Does not quote an invalid item, because it may be a key. */
function readHeader(item: string, index: number): [string, string] {
  const [, name = '', encoded = ''] = /^([^=]*)=(.*)$/s.exec(item.trim()) ?? []
  const value = decoded(encoded.trim())
  if (headerName.test(name.trim()) && value !== null && headerValue.test(value)) return [name.trim(), value]
  throw new InvalidValue(`has an item ${index + 1} that is not "name=value" with a percent-encoded value.`)
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/** Returns the origin, without a slash at its end. */
export function publicUrl(): Parser<string> {
  return {
    range: 'an origin: `https://` and a host, and a port unless it is the default',
    parse(text) {
      const parsed = readUrl(text, ['https', 'http'])
      refuseCredentials(parsed)
      if (parsed.pathname !== '/' || /[?#]/.test(text)) {
        throw new InvalidValue(
          `must be an origin without a path, such as ${parsed.origin}; the server does not support a path.`,
        )
      }
      return parsed.origin
    },
  }
}

/** A domain in the form in which browsers compare it: lower case, with labels of IDNA (WebAuthn Level 3 §5.1.3). */
export function domain(): Parser<string> {
  return {
    range: 'a domain such as `example.org`',
    parse(text) {
      const isDomain = URL.canParse(`https://${text}/`) && new URL(`https://${text}/`).host === text
      if (!isDomain || isIP(text) !== 0 || text.startsWith('['))
        throw new InvalidValue(`must be a domain such as example.org, not ${quote(text)}.`)
      return text
    },
  }
}

/** Origins in the form that browsers send (RFC 6454 §6.2), because they are compared byte for byte. */
export function origins(): Parser<readonly string[]> {
  return {
    range: 'a comma-separated list of exact origins such as `https://app.example.org`, without a path or `*`',
    parse(text) {
      for (const item of items(text)) checkOrigin(item)
      return items(text)
    },
  }
}

function checkOrigin(item: string): void {
  if (item.includes('*')) {
    throw new InvalidValue(
      'must list each origin in full: "*" would let any site act on behalf of its visitors.',
    )
  }
  if (item === 'null') {
    throw new InvalidValue('must not contain the origin "null": any page can use it with a sandboxed frame.')
  }
  const parsed = readUrl(item, ['https', 'http'])
  refuseCredentials(parsed)
  if (parsed.origin !== item)
    throw new InvalidValue(`has ${quote(item)}; the exact origin is ${quote(parsed.origin)}.`)
}

/** `mailto:` or `https:` (RFC 9116 §2.5.3). */
export function contact(): Parser<string> {
  return {
    range: 'a URI that begins with `mailto:` or `https://`',
    parse(text) {
      if (text.startsWith('https://')) return url('https').parse(text)
      if (!text.startsWith('mailto:')) throw new InvalidValue('must begin with mailto: or https://.')
      if (/^mailto:[^\s\p{C}@?,]+@[^\s\p{C}@?,]+$/u.test(text)) return text
      throw new InvalidValue('must have one address after "mailto:", such as mailto:security@example.org.')
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
      '`sqlite:PATH`, `postgres://…` (or `postgresql://…`) or `mysql://…` (or `mariadb://…`); a relative PATH starts ' +
      'at the working directory',
    parse(text) {
      if (text.startsWith('sqlite:'))
        return { engine: 'sqlite', path: sqlitePath(text.slice('sqlite:'.length)) }
      refuseUnencoded(text)
      const parsed = readUrl(text, ['postgres', 'postgresql', 'mysql', 'mariadb'], ['sqlite:PATH'])
      const engine = databaseSchemes.get(parsed.protocol)
      if (engine === undefined) throw new InvalidValue('must begin with sqlite:, postgres:// or mysql://.')
      if (!/^\/[^/]+$/.test(parsed.pathname)) {
        throw new InvalidValue(
          `must end with the name of one database, as in ${engine}://user:password@host/proxima.`,
        )
      }
      // The query names a socket, and the host is then empty.
      const hasSocket = parsed.searchParams.has('host') || parsed.searchParams.has('socketPath')
      if (parsed.hostname === '' && !hasSocket) throw new InvalidValue('must name a host after "//".')
      return { engine, url: text.replace(/^[^:]*/, engine) }
    },
  }
}

function sqlitePath(path: string): string {
  if (path === '' || /[/\\]$/.test(path)) {
    throw new InvalidValue('must name a file after "sqlite:", as in sqlite:./data/proxima.sqlite.')
  }
  if (path.startsWith(':memory:')) {
    throw new InvalidValue(
      'must name a file: reads use their own connection, which cannot see a database in memory.',
    )
  }
  if (/^\/\/[^/]/.test(path)) {
    throw new InvalidValue(
      'must be written sqlite:PATH, without "//". An absolute path is sqlite:/path/of/the/file.',
    )
  }
  if (/[?#\p{C}]/u.test(path))
    throw new InvalidValue('must have only a path after "sqlite:", without options.')
  return resolve(path)
}

/** Does not quote an invalid URL, because it may hold a password anywhere. */
export function readUrl(text: string, schemes: readonly string[], others: readonly string[] = []): URL {
  // The URL parser silently drops tabs and line ends, and reads "\" as "/" (WHATWG URL §4.4).
  if (/[\s\p{C}\\]/u.test(text)) {
    throw new InvalidValue('must be a URL without spaces, control characters or backslashes.')
  }
  const begins = schemes.some((scheme) => text.toLowerCase().startsWith(`${scheme}://`))
  const beginnings = [...others, ...schemes.map((scheme) => `${scheme}://`)]
  if (!begins) throw new InvalidValue(`must begin with ${listed(beginnings)}.`)
  const parsed = URL.parse(text)
  if (parsed !== null) return parsed
  throw new InvalidValue(
    'is not a URL. Percent-encode the characters / ? # @ : % in its user name and password.',
  )
}

function refuseCredentials(parsed: URL): void {
  if (parsed.username !== '' || parsed.password !== '')
    throw new InvalidValue('must not contain a user name or password.')
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

/** Hides the user name, the password and the values in the query, which may hold a key. */
export function maskUrl(text: string): string {
  const parsed = URL.parse(text)
  if (parsed === null) return '***'
  // As it was given: a URL adds a slash to the public URL, and the issuer of tokens has none.
  const { username, password, search, hash } = parsed
  if ([username, password, search, hash].every((part) => part === '')) return text
  if (parsed.username !== '' || parsed.password !== '') parsed.username = parsed.password = '***'
  const names = [...parsed.searchParams.keys()]
  parsed.search = names.map((name) => `${encodeURIComponent(name)}=***`).join('&')
  parsed.hash = ''
  return parsed.href
}
