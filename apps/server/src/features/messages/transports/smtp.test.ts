import { afterEach, describe, expect, it } from 'vitest'
import { startMailRelay } from '../../../../tests/support/mail-relay.ts'
import {
  headerOf,
  headersOf,
  type MailServer,
  type MailServerOptions,
  partOf,
  startMailServer,
} from '../../../../tests/support/mail-server.ts'
import type { SmtpLocation } from '../../../platform/config/delivery-parsers.ts'
import { newId } from '../../../platform/kernel/ids.ts'
import { mailHtml } from '../mail/mail-html.ts'
import { paragraph } from '../mail/model.ts'
import type { DeliveryFailure, Message } from '../model.ts'
import { SmtpTransport } from './smtp.ts'

const renderHtml = (each: Message) => mailHtml(each, { sender: { name, url: 'https://duka.example' }, brand })
const brand = { color: '#00699a', logoUrl: null }
const never = new AbortController().signal
const name = 'Fish & <Chips>, "Nairobi"'
const message: Message = {
  id: newId(),
  channel: 'mail',
  template: 'registration_taken',
  to: 'Amina@Example.com',
  locale: 'en',
  subject: 'Karibu ſana — you already have an account',
  blocks: [paragraph('someone <b>tried</b>.'), paragraph('Twice & more: ünïcode.')],
  preview: null,
  text: 'Hello,\n\nsomeone <b>tried</b>.\nTwice & more: ünïcode.\n\nhttps://duka.example\n',
  createdAt: new Date('2026-11-21T10:00:00.123Z'),
}

describe('mail', () => {
  const servers: MailServer[] = []
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close()
  })

  async function serverWith(options: MailServerOptions = {}): Promise<MailServer> {
    const server = await startMailServer(options)
    servers.push(server)
    return server
  }

  function transportTo(
    { port }: Pick<MailServer, 'port'>,
    {
      from = 'no-reply@duka.example',
      ...location
    }: Partial<SmtpLocation> & { from?: string | undefined } = {},
  ): SmtpTransport {
    const defaults = { kind: 'smtp', host: '127.0.0.1', port, tls: 'none', login: null } as const
    return new SmtpTransport({ location: { ...defaults, ...location }, name, from: () => from, renderHtml })
  }

  it('goes to its one recipient, from the configured address, in the envelope and in the headers', async () => {
    const server = await serverWith()
    await transportTo(server).deliver(message, never)
    const [mail, ...more] = server.received
    if (mail === undefined) throw new Error('nothing came')
    expect(more).toEqual([])
    expect(mail.recipients).toEqual(['Amina@example.com'])
    expect(mail.from).toBe('no-reply@duka.example')
    expect(headerOf(mail, 'to')).toBe('Amina@example.com')
    expect(headerOf(mail, 'from')).toBe('"Fish & <Chips>, \\"Nairobi\\"" <no-reply@duka.example>')
    expect(headerOf(mail, 'message-id')).toBe(`<${message.id}@duka.example>`)
    expect(headerOf(mail, 'date')).toBe('Sat, 21 Nov 2026 10:00:00 +0000')
    expect(headerOf(mail, 'auto-submitted')).toBe('auto-generated')
    for (const header of ['cc', 'bcc', 'reply-to']) expect(headerOf(mail, header)).toBeNull()
  })

  it('has its text as plain text, and as HTML in which the text is escaped', async () => {
    const server = await serverWith()
    await transportTo(server).deliver(message, never)
    const [mail] = server.received
    if (mail === undefined) throw new Error('nothing came')
    expect(partOf(mail, 'text/plain').replaceAll('\r\n', '\n').trim()).toBe(message.text.trim())
    const html = partOf(mail, 'text/html')
    expect(html).toContain('>someone &lt;b&gt;tried&lt;/b&gt;.</p>')
    expect(html).not.toMatch(/<b>|<img|<script/)
  })

  it.each([
    ['A23: a line end and a header', 'amina@example.com\r\nBcc: eve@evil.example'],
    ['A23: a list', 'amina@example.com,eve@evil.example'],
    ['A23: a list with semicolons', 'amina@example.com;eve@evil.example'],
    ['A23: a name and an address', 'amina@example.com <eve@evil.example>'],
    ['A23: a quoted address before another', '"eve@evil.example x"@internal.example'],
    ['A23: an encoded word', '=?utf-8?q?eve=40evil.example?=@internal.example'],
    ['A123: a group in a group', `${'g:'.repeat(5_000)}eve@evil.example`],
  ])('%s in place of an address reaches no one else', async (_name, to) => {
    const server = await serverWith()
    await transportTo(server)
      .deliver({ ...message, to }, never)
      .catch(() => undefined)
    const recipients = server.received.flatMap((mail) => mail.recipients)
    expect(recipients.length).toBeLessThanOrEqual(1)
    for (const each of recipients) expect(each).not.toMatch(/^eve@|[<, ]eve@evil\.example$/)
    for (const { raw } of server.received)
      expect(headersOf(raw).map(([header]) => header)).not.toContain('bcc')
  })

  it('A23: keeps a subject with line ends in one header', async () => {
    const server = await serverWith()
    const subject = 'Hello\r\nBcc: eve@evil.example\r\n\r\n<script>'
    await transportTo(server).deliver({ ...message, subject }, never)
    const [mail] = server.received
    if (mail === undefined) throw new Error('nothing came')
    expect(headerOf(mail, 'bcc')).toBeNull()
    expect(mail.recipients).toHaveLength(1)
  })

  it('A24: goes to a domain in its ASCII form', async () => {
    const server = await serverWith()
    await transportTo(server).deliver({ ...message, to: 'coco@bücher.example' }, never)
    const [mail] = server.received
    if (mail === undefined) throw new Error('nothing came')
    expect(headerOf(mail, 'to')).toBe('coco@xn--bcher-kva.example')
  })

  /** The envelope that a mail server gets, and why the mail is not sent. */
  async function envelopeTo(extensions: readonly string[], to: string, from?: string): Promise<string[]> {
    const relay = await startMailRelay({ extensions })
    const outcome = await transportTo(relay, { from })
      .deliver({ ...message, to }, never)
      .then(
        () => [],
        (error: unknown) => {
          const { code, isFinal } = error as DeliveryFailure
          return [`failed: ${code}, ${isFinal ? 'for good' : 'for now'}`]
        },
      )
    relay.close()
    return [...relay.commands.filter((line) => /^(?:MAIL|RCPT)/.test(line)), ...outcome]
  }
  const everything = ['8BITMIME', 'PIPELINING', 'SIZE 1000000']

  it('A24: is given up if the mail server does not take the address, which it never sees', async () => {
    for (const to of ['zoë@example.com', 'аmina@example.com', 'δ@παράδειγμα.example'])
      expect(await envelopeTo(everything, to)).toEqual(['failed: smtp no_smtputf8, for good'])
  })

  it('A24: goes to an address in UTF-8 if the mail server takes it', async () => {
    const envelope = await envelopeTo([...everything, 'SMTPUTF8'], 'zoë@example.com')
    expect(envelope.map((line) => Buffer.from(line, 'latin1').toString())).toEqual([
      expect.stringMatching(/^MAIL FROM:<no-reply@duka\.example> SMTPUTF8/) as string,
      'RCPT TO:<zoë@example.com>',
    ])
  })

  it('A24: needs no SMTPUTF8 for an address in ASCII, whatever its domain', async () => {
    const recipients = ['amina@example.com', 'info@bücher.example'].map((to) => envelopeTo([], to))
    expect((await Promise.all(recipients)).map(([, rcpt]) => rcpt)).toEqual([
      'RCPT TO:<amina@example.com>',
      'RCPT TO:<info@xn--bcher-kva.example>',
    ])
  })

  it('waits if the mail server does not take the address of the sender, which the operator can change', async () => {
    const envelope = await envelopeTo([], 'amina@example.com', 'zoë@duka.example')
    expect(envelope).toEqual(['failed: smtp no_smtputf8, for now'])
  })

  it.each(['MAIL FROM:<no-reply@duka.example>', 'DATA', '.'])(
    'is not sent if the mail server hangs up at %s',
    async (hangsUpAt) => {
      const relay = await startMailRelay({ hangsUpAt })
      const sending = transportTo(relay).deliver(message, never)
      await expect(sending).rejects.toMatchObject({ name: 'DeliveryFailure', isFinal: false })
      relay.close()
    },
  )

  it('is not sent in the clear if it must be encrypted and the server offers no encryption', async () => {
    const server = await serverWith()
    const sending = transportTo(server, { tls: 'starttls' }).deliver(message, never)
    await expect(sending).rejects.toMatchObject({ name: 'DeliveryFailure', isFinal: false })
    expect(server.received).toEqual([])
  })

  it('is not sent to a server with an invalid certificate', async () => {
    // The server's own certificate is one that everyone has.
    const server = await serverWith({ disabledCommands: ['AUTH'] })
    const sending = transportTo(server, { tls: 'starttls' }).deliver(message, never)
    await expect(sending).rejects.toMatchObject({ name: 'DeliveryFailure', isFinal: false })
    expect(server.received).toEqual([])
  })

  it('signs in with the user name and password of the URL', async () => {
    const seen: unknown[] = []
    const server = await serverWith({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) => {
        seen.push([username, password])
        done(null, { user: username })
      },
    })
    await transportTo(server, { login: { user: 'a@b', password: 'p:w/' } }).deliver(message, never)
    expect(seen).toEqual([['a@b', 'p:w/']])
  })

  it('is given up if the server refuses its recipient, and tried again after any other error', async () => {
    const refuse = (code: number) =>
      Object.assign(new Error('no such user amina@example.com'), { responseCode: code })
    const unknown = await serverWith({ onRcptTo: (_address, _session, done) => done(refuse(550)) })
    const failure = transportTo(unknown).deliver(message, never)
    await expect(failure).rejects.toMatchObject({ code: 'smtp 550', message: 'smtp 550', isFinal: true })
    const full = await serverWith({ onRcptTo: (_address, _session, done) => done(refuse(452)) })
    await expect(transportTo(full).deliver(message, never)).rejects.toMatchObject({ isFinal: false })
    const sender = await serverWith({ onMailFrom: (_address, _session, done) => done(refuse(550)) })
    await expect(transportTo(sender).deliver(message, never)).rejects.toMatchObject({ isFinal: false })
    const content = await serverWith({ onMail: () => Promise.reject(refuse(554)) })
    await expect(transportTo(content).deliver(message, never)).rejects.toMatchObject({ isFinal: false })
  })

  it('fails with a code if no server listens, and if it is aborted', async () => {
    const server = await serverWith()
    await server.close()
    await expect(transportTo(server).deliver(message, never)).rejects.toMatchObject({
      code: 'smtp ESOCKET',
      isFinal: false,
    })
    const hanging = await serverWith({ onMail: () => new Promise(() => undefined) })
    const signal = AbortSignal.timeout(100)
    await expect(transportTo(hanging).deliver(message, signal)).rejects.toMatchObject({ code: 'smtp EABORT' })
  })
})
