import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { locales } from '../../src/platform/kernel/locale.ts'
import { engines } from '../support/engines.ts'
import {
  headerOf,
  type MailServer,
  partOf,
  type ReceivedMail,
  startMailServer,
} from '../support/mail-server.ts'
import { password } from '../support/password.ts'
import { TestClient } from '../support/test-client.ts'
import { openDatabase } from '../support/test-database.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { verifyAddresses } from '../support/verified-addresses.ts'

const publicUrl = 'https://id.example.org'
const newPassword = 'nine quiet rivers bend slowly'

describe.each(engines)('a recovery by mail on $name', (engine) => {
  let mail: MailServer
  let server: TestServer
  beforeAll(async () => {
    mail = await startMailServer()
    const env = { PROXIMA_MAIL_URL: mail.url, PROXIMA_PUBLIC_URL: publicUrl }
    server = await startTestServer(engine, { env })
  })
  afterAll(async () => {
    await server?.close()
    await mail?.close()
  })

  /** The mail to the recipient, once it has arrived. */
  async function received(address: string, subject?: RegExp): Promise<ReceivedMail> {
    return await vi.waitFor(
      () => {
        const all = mail.received.filter(({ recipients }) => recipients.includes(address))
        const found = all.find(
          (each) => subject === undefined || subject.test(headerOf(each, 'subject') ?? ''),
        )
        if (found === undefined) throw new Error(`no mail to ${address}`)
        return found
      },
      { timeout: 30_000, interval: 50 },
    )
  }

  async function register(email: string) {
    await server.client.register({ email, password })
    const db = openDatabase(server.databaseUrl)
    await verifyAddresses(db)
    await db.destroy()
  }

  it('A15, A23, A87: reaches the stored address alone, and its link and its code work', async () => {
    const email = 'Amina.Otieno@example.com'
    await register(email)
    const headers = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' }
    await server.client.post('/v1/auth/recovery', { identifier: email.toLowerCase() }, { headers })
    const arrived = await received(email)
    expect(arrived.recipients).toEqual([email])
    expect(headerOf(arrived, 'to')).toBe(email)
    const [text, html] = [partOf(arrived, 'text/plain'), partOf(arrived, 'text/html')]
    const token = /\/recover\?token=(pxl_[\w-]{43})/.exec(text)?.[1] ?? ''
    expect(html).toContain(`href="${publicUrl}/recover?token=${token}"`)
    for (const part of [text, html])
      for (const link of part.match(/https?:\/\/[^\s"<]+/g) ?? [])
        expect(link.startsWith(publicUrl), link).toBe(true)
    const code = /(?<![\w-])\d{6}(?![\w-])/.exec(text)?.[0] ?? ''
    expect(html).toContain(code)
    const browser = new TestClient(server.url)
    const form = new URLSearchParams({ token, new_password: newPassword }).toString()
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await browser.send('POST', '/recover', form, { headers: type })).status).toBe(200)
    expect((await server.client.login({ email, password: newPassword })).status).toBe(200)
    const notice = await received(email, /reset/)
    expect(notice.recipients).toEqual([email])
    const late = await server.client.post('/v1/auth/recovery/verify', { identifier: email, code })
    expect(late.body.code).toBe('code_invalid')
  })

  it('A122: is in the language of the account, with both parts and without anything that was typed', async () => {
    for (const locale of locales) {
      const email = `${locale}@example.com`
      await register(email)
      const { body } = await server.client.login({ email, password })
      const token = String(body.access_token)
      await server.client.patch('/v1/me', { locale, full_name: '<b>Mallory</b>' }, { token })
      await server.client.post('/v1/auth/recovery', { identifier: email })
      const arrived = await received(email)
      const [text, html] = [partOf(arrived, 'text/plain'), partOf(arrived, 'text/html')]
      expect(html).toContain(`lang="${locale}"`)
      for (const part of [text, html]) {
        expect(part).toMatch(/(?<![\w-])\d{6}(?![\w-])/)
        expect(part).toContain(`${publicUrl}/recover?token=pxl_`)
        expect(part).not.toMatch(/Mallory|undefined|\{\w+\}/)
      }
    }
  })

  it('A36: answers at once and alike while the mail server is down', async () => {
    const email = 'waiting@example.com'
    await register(email)
    const { port } = mail
    await mail.close()
    const answers = []
    for (const identifier of [email, 'nobody@example.com'])
      answers.push((await server.client.post('/v1/auth/recovery', { identifier })).text)
    expect(new Set(answers).size).toBe(1)
    mail = await startMailServer({ port })
    server.clock.advance(3_600)
    await server.client.post('/v1/auth/recovery', { identifier: email })
    expect((await received(email)).recipients).toEqual([email])
  })
})
