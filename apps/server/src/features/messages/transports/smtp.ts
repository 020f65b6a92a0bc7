import { createTransport, type NodemailerError, type Transporter } from 'nodemailer'
import type { SmtpLocation } from '../../../platform/config/delivery-parsers.ts'
import { htmlOf } from '../html.ts'
import { DeliveryFailure, type Message, type Transport } from '../model.ts'

export interface SmtpOptions {
  readonly location: SmtpLocation
  /** The name beside the address. */
  readonly name: string
  readonly from: () => string
}

/** Silence of the mail server that ends a try; RFC 5321 §4.5.3.2 is more patient, a queue need not be. */
const timeouts = {
  dnsTimeout: 10_000,
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 20_000,
}

export class SmtpTransport implements Transport {
  readonly #name: string
  readonly #from: () => string
  readonly #transporter: Transporter

  constructor({ location, name, from }: SmtpOptions) {
    const { host, port, tls, login } = location
    this.#name = name
    this.#from = from
    this.#transporter = createTransport({
      host,
      port,
      secure: tls === 'implicit',
      // A server in between that hides STARTTLS gets nothing (RFC 8314 §3).
      requireTLS: tls === 'starttls',
      ignoreTLS: tls === 'none',
      ...(login && { auth: { user: login.user, pass: login.password } }),
      ...timeouts,
      // What stands in a message is never taken for a path or a URL to read from (A121).
      disableFileAccess: true,
      disableUrlAccess: true,
    })
  }

  async deliver(message: Message, signal: AbortSignal): Promise<void> {
    const { id, to, subject, text, createdAt } = message
    const address = this.#from()
    try {
      await this.#transporter.sendMail({
        from: { name: this.#name, address },
        // As an object it is one address, whatever is in it; as a text it would be parsed as a list (A23).
        to: { name: '', address: to },
        subject,
        text,
        html: htmlOf(message),
        messageId: `<${id}@${address.slice(address.lastIndexOf('@') + 1)}>`,
        date: createdAt,
        // No machine is to answer it (RFC 3834 §5).
        headers: { 'Auto-Submitted': 'auto-generated' },
        signal,
      })
    } catch (error) {
      throw failureOf(error)
    }
  }
}

// The answer of the server is left out: it often repeats the address.
function failureOf(error: unknown): DeliveryFailure {
  const { code = 'failed', command, responseCode } = error as Partial<NodemailerError>
  if (typeof responseCode !== 'number') return new DeliveryFailure(`smtp ${code}`)
  // A refused recipient stays refused (RFC 5321 §4.2.1); a refused sender or sign-in the operator can mend.
  const isFinal = command === 'RCPT TO' && responseCode >= 500
  return new DeliveryFailure(`smtp ${responseCode}`, isFinal)
}
