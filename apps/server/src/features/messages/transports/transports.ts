import { isIP } from 'node:net'
import type { SmtpLocation, WebhookLocation } from '../../../platform/config/delivery-parsers.ts'
import type { Channel, Message, Transport } from '../model.ts'
import { SmtpTransport } from './smtp.ts'
import { WebhookTransport } from './webhook.ts'

export interface TransportOptions {
  readonly mailUrl: SmtpLocation | WebhookLocation | null
  readonly mailFrom: string | null
  readonly smsUrl: WebhookLocation | null
  readonly serviceName: string
  readonly publicUrl: () => string
  readonly renderHtml: (message: Message) => string
}

/** The transports that are configured, by channel. */
export function transportsOf(options: TransportOptions): ReadonlyMap<Channel, Transport> {
  const { mailUrl, mailFrom, smsUrl, serviceName: name, publicUrl, renderHtml } = options
  // Without a configured sender it depends on the public URL, which is known only when the server listens.
  const from = () => mailFrom ?? `no-reply@${mailHostOf(publicUrl())}`
  const transports = new Map<Channel, Transport>()
  if (mailUrl?.kind === 'smtp')
    transports.set('mail', new SmtpTransport({ location: mailUrl, name, from, renderHtml }))
  if (mailUrl?.kind === 'webhook')
    transports.set('mail', new WebhookTransport({ location: mailUrl, from, renderHtml }))
  if (smsUrl !== null) transports.set('sms', new WebhookTransport({ location: smsUrl, from, renderHtml }))
  return transports
}

// An IP address is not a mail domain. A server without a domain is only being tried out.
function mailHostOf(publicUrl: string): string {
  const { hostname } = new URL(publicUrl)
  return hostname.startsWith('[') || isIP(hostname) !== 0 ? 'localhost' : hostname
}
