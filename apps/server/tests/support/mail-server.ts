import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export interface ReceivedMail {
  /** The addresses of the envelope, whatever the headers say. */
  readonly from: string
  readonly recipients: readonly string[]
  /** The message as it was received. */
  readonly raw: string
}

/** A real mail server on this machine. */
export interface MailServer {
  readonly port: number
  readonly url: string
  readonly received: readonly ReceivedMail[]
  close(): Promise<void>
}

export interface MailServerOptions extends SMTPServerOptions {
  readonly port?: number
  /** Called with each message before it is acknowledged. The server answers with the error that it throws. */
  readonly onMail?: (mail: ReceivedMail) => Promise<void>
}

export async function startMailServer({
  port = 0,
  onMail,
  ...options
}: MailServerOptions = {}): Promise<MailServer> {
  const received: ReceivedMail[] = []
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    disableReverseLookup: true,
    closeTimeout: 100,
    onData: (stream, { envelope }, done) => {
      const take = async () => {
        const { mailFrom, rcptTo } = envelope
        const from = mailFrom === false ? '' : mailFrom.address
        const mail = { from, recipients: rcptTo.map(({ address }) => address), raw: await text(stream) }
        await onMail?.(mail)
        received.push(mail)
      }
      take().then(() => done(), done)
    },
    ...options,
  })
  // If a client hangs up in the middle, that is not a failure of the server.
  server.on('error', () => undefined)
  const listening = server.listen(port, '127.0.0.1')
  await once(listening, 'listening')
  const address = listening.address() as AddressInfo
  return {
    port: address.port,
    url: `smtp://127.0.0.1:${address.port}`,
    received,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** The value of a header, unfolded (RFC 5322 §2.2.3). */
export function headerOf({ raw }: ReceivedMail, name: string): string | null {
  const values = headersOf(raw).filter(([each]) => each === name.toLowerCase())
  if (values.length > 1) throw new Error(`the header ${name} occurs ${values.length} times`)
  return values[0]?.[1] ?? null
}

export function headersOf(raw: string): [name: string, value: string][] {
  const [head = ''] = raw.split('\r\n\r\n', 1)
  return head
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()])
}

/** A part of the message as a reader sees it: decoded from quoted-printable or base64 if it is encoded. */
export function partOf({ raw }: ReceivedMail, type: 'text/plain' | 'text/html'): string {
  const boundary = /boundary="?([^"\r\n;]+)"?/.exec(raw)?.[1] ?? ''
  const part = raw.split(`--${boundary}`).find((each) => headersOf(each.trimStart()).some(isOf(type))) ?? ''
  const body = part.slice(part.indexOf('\r\n\r\n') + 4)
  const encoding = /^content-transfer-encoding: *(\S+)/im.exec(part)?.[1]
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString()
  return encoding === 'quoted-printable' ? fromQuotedPrintable(body) : body
}

/** Everything in a part that a mail program or a reader could follow. */
export function addressesIn(text: string): string[] {
  return [...new Set(text.match(/\b(?:https?:)?\/\/[^\s"'<>]+/g))]
}

function isOf(type: string) {
  return ([name, value]: [string, string]) => name === 'content-type' && value.startsWith(type)
}

function fromQuotedPrintable(text: string): string {
  const bytes = text
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}
