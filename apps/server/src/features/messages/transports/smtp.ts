import { createTransport, type Mail, type NodemailerError, type TransportOptions } from 'nodemailer'
import type { SentMessageInfo } from 'nodemailer/lib/smtp-connection'
import type { SmtpLocation } from '../../../platform/config/delivery-parsers.ts'
import { DeliveryFailure, type Message, type Transport } from '../model.ts'
import { SmtpSessions } from './smtp-sessions.ts'

export interface SmtpOptions {
  readonly location: SmtpLocation
  /** The display name of the sender. */
  readonly name: string
  readonly renderHtml: (message: Message) => string
  readonly from: () => string
}

/** How long the mail server may be silent. RFC 5321 §4.5.3.2 allows more; a queue can simply try again. */
const timeouts = {
  dnsTimeout: 10_000,
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 20_000,
}

export class SmtpTransport implements Transport {
  readonly #name: string
  readonly #from: () => string
  readonly #renderHtml: SmtpOptions['renderHtml']
  readonly #transporter: Mail<SentMessageInfo, TransportOptions>

  constructor({ location, name, from, renderHtml }: SmtpOptions) {
    const { host, port, tls, login } = location
    this.#name = name
    this.#from = from
    this.#renderHtml = renderHtml
    const options = {
      host,
      port,
      secure: tls === 'implicit',
      // An attacker on the network who hides STARTTLS gets no message (RFC 8314 §3).
      requireTLS: tls === 'starttls',
      ignoreTLS: tls === 'none',
      ...timeouts,
    }
    const credentials = login && { credentials: { user: login.user, pass: login.password } }
    this.#transporter = createTransport(new SmtpSessions(options, credentials))
  }

  async deliver(message: Message, signal: AbortSignal): Promise<void> {
    const { id, to, subject, text, createdAt } = message
    const address = this.#from()
    try {
      await this.#transporter.sendMail({
        from: { name: this.#name, address },
        // An object is one address, whatever it contains. A text would be parsed as a list (A23).
        to: { name: '', address: to },
        subject,
        text,
        html: this.#renderHtml(message),
        messageId: `<${id}@${address.slice(address.lastIndexOf('@') + 1)}>`,
        date: createdAt,
        // Prevents automatic replies (RFC 3834 §5).
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal,
        // Nothing in a message is read from a path or a URL (A121).
        disableFileAccess: true,
        disableUrlAccess: true,
      })
    } catch (error) {
      throw failureOf(error)
    }
  }
}

// Omits the text of the mail server, because it often repeats the address.
function failureOf(error: unknown): DeliveryFailure {
  if (error instanceof DeliveryFailure) return error
  const { code = 'failed', command, responseCode } = error as Partial<NodemailerError>
  if (typeof responseCode !== 'number') return new DeliveryFailure(`smtp ${code}`)
  // A refused recipient stays refused (RFC 5321 §4.2.1). The operator can fix a refused sender or sign-in.
  const isFinal = command === 'RCPT TO' && responseCode >= 500
  return new DeliveryFailure(`smtp ${responseCode}`, isFinal)
}
