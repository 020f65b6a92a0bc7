import { InvalidValue, type Parser } from './setting.ts'
import { isLoopback, readUrl } from './url-parsers.ts'

/** A mail server that accepts messages for delivery (RFC 6409). */
export interface SmtpLocation {
  readonly kind: 'smtp'
  readonly host: string
  readonly port: number
  /** `implicit`: from the first byte. `starttls`: before anything is sent. `none`: without encryption. */
  readonly tls: 'implicit' | 'starttls' | 'none'
  readonly login: { readonly user: string; readonly password: string } | null
}

/** A program of the operator that receives each message as JSON. */
export interface WebhookLocation {
  readonly kind: 'webhook'
  /** Without user name and password. */
  readonly url: string
  /** The value of the Authorization header. */
  readonly authorization: string | null
}

/** RFC 8314 §3.3 and RFC 6409 §3.1. */
const implicitTlsPort = 465
const submissionPort = 587

/** A mail server, or a webhook. */
export function mailUrl(): Parser<SmtpLocation | WebhookLocation> {
  return {
    range:
      '`smtp://` or `smtps://`, with a user name and password if the server requires them; or the `https://` ' +
      'URL of a webhook (`http://` only for a host on this machine)',
    parse: (text) => (/^https?:/i.test(text) ? webhook().parse(text) : readSmtp(text)),
  }
}

/** The URL of a webhook: encrypted, or on this machine. */
export function webhook(): Parser<WebhookLocation> {
  return {
    range: 'a URL that begins with `https://`; `http://` only for a host on this machine',
    parse(text) {
      const parsed = readUrl(text, ['https', 'http'])
      if (parsed.protocol !== 'https:' && !isLoopback(parsed.hostname)) {
        throw new InvalidValue(
          'must begin with https://; http:// is only for a host on this machine, such as localhost.',
        )
      }
      const authorization = authorizationOf(parsed)
      parsed.username = parsed.password = parsed.hash = ''
      return { kind: 'webhook', url: parsed.href, authorization }
    },
  }
}

function readSmtp(text: string): SmtpLocation {
  const parsed = readUrl(text, ['smtp', 'smtps', 'https'])
  if (parsed.hostname === '') throw new InvalidValue('must name a host after "//".')
  if (!/^\/?$/.test(parsed.pathname) || parsed.hash !== '')
    throw new InvalidValue(
      'must end with the host and its port, as in smtp://user:password@mail.example.org:587.',
    )
  const isImplicit = parsed.protocol === 'smtps:'
  const [user, password] = credentialsOf(parsed)
  return {
    kind: 'smtp',
    host: parsed.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: parsed.port === '' ? (isImplicit ? implicitTlsPort : submissionPort) : Number(parsed.port),
    tls: isImplicit ? 'implicit' : startTls(parsed),
    login: user === '' ? null : { user, password },
  }
}

/**
 * If a server offers no TLS, or an attacker in between hides the offer, no message is sent (RFC 8314 §3). Only loopback,
 * which does not leave the machine, needs no TLS. For other hosts the URL must allow it.
 */
function startTls({ hostname, searchParams }: URL): 'starttls' | 'none' {
  const given = searchParams.get('tls')
  if ([...searchParams.keys()].some((name) => name !== 'tls') || !['off', 'required', null].includes(given))
    throw new InvalidValue('must have no option except ?tls=off or ?tls=required.')
  if (given === null) return isLoopback(hostname) ? 'none' : 'starttls'
  return given === 'off' ? 'none' : 'starttls'
}

/** A user name alone is a bearer token (RFC 6750 §2.1). With a password, both are sent as Basic (RFC 7617 §2). */
function authorizationOf(parsed: URL): string | null {
  const [user, password] = credentialsOf(parsed)
  if (user === '' && password === '') return null
  if (password === '') return `Bearer ${user}`
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

/** The user name and the password, decoded. */
export function credentialsOf({ username, password }: URL): [string, string] {
  try {
    const credentials: [string, string] = [decodeURIComponent(username), decodeURIComponent(password)]
    if (!credentials.some((text) => /\p{Cc}/u.test(text))) return credentials
  } catch {
    // Malformed percent-encoding is refused in the same way.
  }
  throw new InvalidValue(
    'is not a URL. Percent-encode the characters / ? # @ : % in its user name and password.',
  )
}

/** One email address as HTML defines it: bare, and in ASCII, which every mail server accepts. */
const bareAddress =
  /^[\w.!#$%&'*+/=?^`{|}~-]+@[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)*$/i

export function mailAddress(): Parser<string> {
  return {
    range: 'one bare address, such as `accounts@example.org`',
    parse(text) {
      if (text.length <= 254 && bareAddress.test(text)) return text
      throw new InvalidValue(
        'must be one bare address in ASCII, such as accounts@example.org, without a name.',
      )
    },
  }
}
