import { afterEach, describe, expect, it } from 'vitest'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { headerOf, type MailServer, partOf, startMailServer } from '../../../../tests/support/mail-server.ts'
import { Languages } from '../../languages/service.ts'
import { mailHtml } from '../mail/mail-html.ts'
import { SmtpTransport } from '../transports/smtp.ts'
import { TestMessagesService } from './service.ts'

const sender = { name: 'Duka', url: 'https://duka.example' }
const brand = { color: '#00699a', logoUrl: null }

describe('a test message', () => {
  const servers: MailServer[] = []
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close()
  })

  function serviceFor({ port }: MailServer): TestMessagesService {
    const transport = new SmtpTransport({
      location: { kind: 'smtp', host: '127.0.0.1', port, tls: 'none', login: null },
      name: 'Duka',
      from: () => 'no-reply@duka.example',
      renderHtml: (message) => mailHtml(message, { sender, brand }),
    })
    return new TestMessagesService({
      transports: new Map([['mail', transport]]),
      languages: new Languages({ default: 'en' }),
      sender: () => sender,
      clock: new FrozenClock(),
    })
  }

  const amina = { channel: 'mail', address: 'Amina@example.com' } as const

  it('is sent at once, in the language that the operator chooses', async () => {
    const server = await startMailServer()
    servers.push(server)
    expect(await serviceFor(server).send({ recipient: amina, locale: 'fr' })).toBeNull()
    const [mail, ...more] = server.received
    if (mail === undefined) throw new Error('nothing came')
    expect(more).toEqual([])
    expect(mail.recipients).toEqual(['Amina@example.com'])
    expect(headerOf(mail, 'subject')).toBe('Message de test de Duka')
    expect(partOf(mail, 'text/plain')).toContain('Ceci est un test.')
    expect(partOf(mail, 'text/html')).toContain('<html lang="fr" dir="ltr">')
  })

  it('gives the reason if it is not accepted', async () => {
    const refusal = Object.assign(new Error('no such user'), { responseCode: 550 })
    const server = await startMailServer({ onRcptTo: (_address, _session, done) => done(refusal) })
    servers.push(server)
    expect(await serviceFor(server).send({ recipient: amina, locale: null })).toBe('smtp 550')
    const number = { channel: 'sms', address: '+254712345678' } as const
    expect(await serviceFor(server).send({ recipient: number, locale: null })).toBe('no_channel')
  })
})
