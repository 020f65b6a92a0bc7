import { credentialsOf, type WebhookLocation, webhook } from './delivery-parsers.ts'
import { InvalidValue, type Parser } from './setting.ts'
import { isLoopback, readUrl } from './url-parsers.ts'

/** The Messages API of Twilio, or of a service with the same interface. */
export interface TwilioLocation {
  readonly kind: 'twilio'
  readonly origin: string
  readonly account: string
  /** The account itself, or the id of an API key. */
  readonly user: string
  readonly password: string
  /** A number or a name. Null if a messaging service chooses it. */
  readonly from: string | null
  readonly messagingService: string | null
}

export interface AfricasTalkingLocation {
  readonly kind: 'africastalking'
  readonly origin: string
  readonly username: string
  readonly apiKey: string
  /** A short code or a name; null for the default of the account. */
  readonly from: string | null
}

export type SmsLocation = WebhookLocation | TwilioLocation | AfricasTalkingLocation

const twilioHost = 'api.twilio.com'
const africasTalkingHost = 'api.africastalking.com'

/** A provider of text messages, or a webhook. */
export function smsUrl(): Parser<SmsLocation> {
  return {
    range:
      '`twilio://SID:TOKEN@api.twilio.com?from=NUMBER`, `africastalking://USERNAME:KEY@api.africastalking.com?from=CODE`, ' +
      'or the `https://` URL of a webhook (`http://` only for a host on this machine)',
    parse(text) {
      if (/^twilio:/i.test(text)) return readTwilio(text)
      if (/^africastalking:/i.test(text)) return readAfricasTalking(text)
      return webhook().parse(text)
    },
  }
}

function readTwilio(text: string): TwilioLocation {
  const parsed = readUrl(text, ['twilio'])
  const [user, password] = credentialsFor(parsed, 'twilio://SID:TOKEN@api.twilio.com?from=+15551234567')
  const { account = user, from = null, service = null } = optionsOf(parsed, ['account', 'from', 'service'])
  // The account becomes a part of the path.
  if (!/^AC[\da-f]{32}$/i.test(account))
    throw new InvalidValue(
      'must name an account: "AC" and 32 hexadecimal digits, as the user name or in ?account=.',
    )
  if ((from === null) === (service === null))
    throw new InvalidValue('must have either ?from= with a sender or ?service= with a messaging service.')
  const origin = originOf(parsed, twilioHost)
  return { kind: 'twilio', origin, account, user, password, from, messagingService: service }
}

function readAfricasTalking(text: string): AfricasTalkingLocation {
  const parsed = readUrl(text, ['africastalking'])
  const example = 'africastalking://USERNAME:KEY@api.africastalking.com'
  const [username, apiKey] = credentialsFor(parsed, example)
  const { from = null } = optionsOf(parsed, ['from'])
  return { kind: 'africastalking', origin: originOf(parsed, africasTalkingHost), username, apiKey, from }
}

function credentialsFor(parsed: URL, example: string): [string, string] {
  const [user, password] = credentialsOf(parsed)
  if (user !== '' && password !== '') return [user, password]
  throw new InvalidValue(`must have a user name and a password, as in ${example}.`)
}

function optionsOf(parsed: URL, names: readonly string[]): Readonly<Record<string, string>> {
  if (!/^\/?$/.test(parsed.pathname) || parsed.hash !== '')
    throw new InvalidValue('must have only a host and options after its password.')
  // A number such as +15551234567 may be written as it is, although a form would read the plus as a space.
  const options = new URLSearchParams(parsed.search.replaceAll('+', '%2B'))
  for (const [name, value] of options) {
    if (!names.includes(name) || options.getAll(name).length > 1 || !/^[\w+ .-]{1,64}$/.test(value))
      throw new InvalidValue(`must have no option except ${names.map((each) => `?${each}=`).join(', ')}.`)
  }
  return Object.fromEntries(options)
}

/** Encrypted, unless the host is on this machine: a test, or a proxy of the operator. */
function originOf({ hostname, host }: URL, usualHost: string): string {
  if (hostname === '') return `https://${usualHost}`
  return `${isLoopback(hostname.toLowerCase()) ? 'http' : 'https'}://${host}`
}
