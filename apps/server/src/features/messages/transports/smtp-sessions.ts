import type {
  MailMessage,
  SMTPConnectionAuth,
  SMTPConnectionOptions,
  SMTPEnvelope,
  Transport,
} from 'nodemailer'
import SMTPConnection, { type SentMessageInfo } from 'nodemailer/lib/smtp-connection'
import { DeliveryFailure } from '../model.ts'

type Done = (error: Error | null, info?: SentMessageInfo) => void

/**
 * Sends each mail in a session of its own, as the library does, but first checks whether the mail server accepts its
 * addresses. The library would send an address in UTF-8 to any server. A server without SMTPUTF8 often accepts such an
 * address, although it can deliver nothing there (RFC 6531 §3.2).
 */
export class SmtpSessions implements Transport<SentMessageInfo> {
  readonly name = 'smtp'
  readonly version = '1'
  readonly supportsAbortSignal = true
  readonly #options: SMTPConnectionOptions
  readonly #login: SMTPConnectionAuth | null

  constructor(options: SMTPConnectionOptions, login: SMTPConnectionAuth | null) {
    this.#options = options
    this.#login = login
  }

  send({ data, message }: MailMessage<SentMessageInfo>, callback: Done): void {
    const connection = new SMTPConnection(this.#options)
    const envelope = message.getEnvelope()
    const finish = once((error, info) => {
      data.signal?.removeEventListener('abort', abort)
      if (error === null) connection.quit()
      else connection.close()
      callback(error, info)
    })
    const abort = () => finish(new DeliveryFailure('smtp EABORT'))
    data.signal?.addEventListener('abort', abort)
    // Later errors are those of a session that is over.
    connection.on('error', finish)
    connection.once('end', () => finish(new DeliveryFailure('smtp closed')))
    const transfer = () => connection.send(envelope, message.createReadStream(), finish)
    connection.connect((error) => {
      const refusal = error ?? refusalOf(envelope, connection.lastServerResponse || '')
      if (refusal !== null) finish(refusal)
      else if (this.#login === null || !connection.allowsAuth) transfer()
      else connection.login(this.#login, (failed) => (failed === null ? transfer() : finish(failed)))
    })
    if (data.signal?.aborted === true) abort()
  }
}

/** @param greeting the server's answer to EHLO, with its extensions */
function refusalOf({ from, to }: SMTPEnvelope, greeting: string): DeliveryFailure | null {
  if (/^250[ -]SMTPUTF8\b/im.test(greeting)) return null
  const isUtf8 = (address: unknown) => Buffer.byteLength(String(address)) > String(address).length
  if ([to].flat().some(isUtf8)) return new DeliveryFailure('smtp no_smtputf8', true)
  // The operator can change the sender, so the message waits.
  return isUtf8(from) ? new DeliveryFailure('smtp no_smtputf8') : null
}

function once(done: Done): Done {
  let isDone = false
  return (error, info) => {
    if (!isDone) {
      isDone = true
      done(error, info)
    }
  }
}
