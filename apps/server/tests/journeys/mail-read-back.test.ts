import { afterEach, describe, expect, it } from 'vitest'
import { locales } from '../../src/platform/kernel/locale.ts'
import { sqlite } from '../support/engines.ts'
import {
  addressesIn,
  headerOf,
  headersOf,
  type MailServer,
  partOf,
  type ReceivedMail,
  startMailServer,
} from '../support/mail-server.ts'
import { password } from '../support/password.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const publicUrl = 'https://accounts.duka.example'
const serviceName = 'Duka & <b>Søn</b>'
const hostile = '<img src=//evil.example onerror=a()>{service}'

describe('a mail, as the mail server of the recipient gets it,', () => {
  let server: TestServer
  let mailServer: MailServer
  afterEach(async () => {
    await server?.close()
    await mailServer?.close()
  })

  async function start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    mailServer = await startMailServer()
    const settings = {
      PROXIMA_MAIL_URL: mailServer.url,
      PROXIMA_PUBLIC_URL: publicUrl,
      PROXIMA_SERVICE_NAME: serviceName,
      // Codes are sent on request only.
      PROXIMA_VERIFICATION: 'off',
    }
    server = await startTestServer(sqlite, { env: { ...settings, ...env } })
  }

  /** The mails of the mail server, once there are so many. */
  async function received(count: number): Promise<readonly ReceivedMail[]> {
    await expect.poll(() => mailServer.received.length, { timeout: 10_000 }).toBe(count)
    return mailServer.received
  }

  /** Registers someone and asks for a code. */
  async function requestCode(
    body: { readonly email: string; readonly full_name?: string },
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ token: string; mail: ReceivedMail }> {
    await server.client.post('/v1/auth/register', { ...body, password }, { headers })
    const login = await server.client.login({ identifier: body.email, password })
    const token: string = login.body.access_token
    await server.client.post('/v1/me/verification', { channel: 'email' }, { headers, token })
    const [mail] = await received(1)
    if (mail === undefined) throw new Error('nothing came')
    return { token, mail }
  }

  it.each(locales)(
    'has one recipient, exact headers and both parts, and links to the service only (%s)',
    async (locale) => {
      await start({ PROXIMA_LOCALE: locale })
      const email = 'Amina.O+duka@Example.com'
      const headers = {
        'user-agent': hostile,
        host: 'evil.example',
        'x-forwarded-host': 'evil.example',
        forwarded: 'host=evil.example',
      }
      const { mail } = await requestCode({ email, full_name: hostile }, headers)
      expect(mail.recipients).toEqual(['Amina.O+duka@example.com'])
      expect(headerOf(mail, 'to')).toBe('Amina.O+duka@example.com')
      expect(mail.from).toBe('no-reply@accounts.duka.example')
      expect(headerOf(mail, 'content-type')).toMatch(/^multipart\/alternative;/)
      expect(headerOf(mail, 'auto-submitted')).toBe('auto-generated')
      const names = headersOf(mail.raw).map(([name]) => name)
      expect(names.filter((name) => ['cc', 'bcc', 'reply-to', 'sender'].includes(name))).toEqual([])

      const [text, html] = [partOf(mail, 'text/plain'), partOf(mail, 'text/html')]
      const code = /^\d{6}$/m.exec(text)?.[0] ?? 'no code'
      expect(html).toContain(`>${code}</td>`)
      expect(html).toContain(`<html lang="${locale}" dir="${locale === 'ar' ? 'rtl' : 'ltr'}">`)
      expect(html).toContain('Duka &amp; &lt;b&gt;Søn&lt;/b&gt;')
      // A122, A87: nothing that the request said is in the mail.
      for (const part of [text, html]) {
        expect(part).not.toMatch(/evil\.example|onerror|\{\w+\}|undefined/)
        expect(addressesIn(part).filter((each) => !each.startsWith(publicUrl))).toEqual([])
      }
      expect(html).not.toMatch(/<(?:script|img|link|iframe|form|b>)|\son\w+=|url\(/)
    },
  )

  it('loads the logo of the service, and nothing else', async () => {
    await start({ PROXIMA_LOGO_URL: 'https://static.duka.example/logo.png' })
    const { mail } = await requestCode({ email: 'amina@example.com' })
    const sources = [...partOf(mail, 'text/html').matchAll(/\bsrc="([^"]*)"/g)].map(([, source]) => source)
    expect(sources).toEqual(['https://static.duka.example/logo.png'])
  })

  it('is in the language that the owner has chosen, and otherwise in the default', async () => {
    await start({ PROXIMA_LOCALE: 'fr' })
    const { token, mail } = await requestCode({ email: 'amina@example.com' })
    await server.client.patch('/v1/me', { locale: 'sw-KE' }, { token })
    const code = /^\d{6}$/m.exec(partOf(mail, 'text/plain'))?.[0]
    const body = { channel: 'email', code }
    expect((await server.client.post('/v1/me/verification/confirm', body, { token })).status).toBe(200)
    const change = { current_password: password, new_password: `${password} 2` }
    await server.client.put('/v1/me/password', change, { token })
    const mails = await received(2)
    const languages = mails.map((each) => /<html lang="(\w+)"/.exec(partOf(each, 'text/html'))?.[1])
    expect(languages).toEqual(['fr', 'sw'])
  })
})
