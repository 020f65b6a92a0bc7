import { isIP } from 'node:net'
import type { SmtpLocation, WebhookLocation } from '../../../platform/config/delivery-parsers.ts'
import type { SmsLocation } from '../../../platform/config/sms-parsers.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import type { Channel, Message, Transport } from '../model.ts'
import { AfricasTalkingTransport } from './africas-talking.ts'
import type { Outgoing } from './post.ts'
import type { SmtpOptions } from './smtp.ts'
import { TwilioTransport } from './twilio.ts'
import { WebhookTransport } from './webhook.ts'

export interface TransportOptions {
  readonly mailUrl: SmtpLocation | WebhookLocation | null
  readonly mailFrom: string | null
  readonly smsUrl: SmsLocation | null
  readonly webhookSecret: Uint8Array | null
  readonly outgoing: Outgoing
  readonly clock: Clock
  readonly serviceName: string
  readonly publicUrl: () => string
  readonly renderHtml: (message: Message) => string
}

/** The transports that are configured, by channel. */
export function transportsOf(options: TransportOptions): ReadonlyMap<Channel, Transport> {
  const { mailUrl, smsUrl } = options
  const transports = new Map<Channel, Transport>()
  if (mailUrl !== null) transports.set('mail', mailTransport(mailUrl, options))
  if (smsUrl !== null) transports.set('sms', smsTransport(smsUrl, options))
  return transports
}

function mailTransport(location: SmtpLocation | WebhookLocation, options: TransportOptions): Transport {
  const { serviceName: name, renderHtml } = options
  if (location.kind === 'webhook') return webhookTransport(location, options)
  return lazySmtp({ location, name, from: senderOf(options), renderHtml })
}

function smsTransport(location: SmsLocation, options: TransportOptions): Transport {
  if (location.kind === 'webhook') return webhookTransport(location, options)
  const { outgoing } = options
  if (location.kind === 'twilio') return new TwilioTransport(location, outgoing)
  return new AfricasTalkingTransport(location, outgoing)
}

function webhookTransport(location: WebhookLocation, options: TransportOptions): Transport {
  const { webhookSecret: key, outgoing, clock, renderHtml } = options
  return new WebhookTransport({ location, key, outgoing, clock, from: senderOf(options), renderHtml })
}

/** Without a configured sender it depends on the public URL, which is known only when the server listens. */
function senderOf({ mailFrom, publicUrl }: TransportOptions): () => string {
  return () => mailFrom ?? `no-reply@${mailHostOf(publicUrl())}`
}

// The first mail loads the library for mail.
function lazySmtp(options: SmtpOptions): Transport {
  let transport: Promise<Transport> | null = null
  const load = async () => {
    const { SmtpTransport } = await import('./smtp.ts')
    return new SmtpTransport(options)
  }
  return {
    deliver: async (message, signal) => {
      transport ??= load()
      await (await transport).deliver(message, signal)
    },
  }
}

// An IP address is not a mail domain. A server without a domain is only being tried out.
function mailHostOf(publicUrl: string): string {
  const { hostname } = new URL(publicUrl)
  return hostname.startsWith('[') || isIP(hostname) !== 0 ? 'localhost' : hostname
}
