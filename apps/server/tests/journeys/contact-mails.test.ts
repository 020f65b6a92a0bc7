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
import { newPassword } from '../support/recovery.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { recoveryTokenIn, undoChange } from '../support/undo.ts'

const publicUrl = 'https://accounts.duka.example'
const hostile = '<img src=//evil.example onerror=a()>{service}'
const from = {
  'user-agent': hostile,
  host: 'evil.example',
  'x-forwarded-host': 'evil.example',
}

describe('the mails about a change of the address, as a mail server gets them,', () => {
  let server: TestServer
  let mailServer: MailServer
  let read = 0
  afterEach(async () => {
    await server?.close()
    await mailServer?.close()
  })

  /** The next mails, by recipient. Those of one moment may come in any order. */
  async function next(count: number): Promise<Readonly<Record<string, ReceivedMail>>> {
    read += count
    await expect.poll(() => mailServer.received.length, { timeout: 20_000 }).toBe(read)
    const mails = mailServer.received.slice(-count)
    for (const mail of mails) expect(mail.recipients).toHaveLength(1)
    return Object.fromEntries(mails.map((mail) => [mail.recipients[0] ?? '', mail]))
  }

  const textOf = (mail: ReceivedMail | undefined) => (mail === undefined ? '' : partOf(mail, 'text/plain'))
  const codeIn = (mail: ReceivedMail | undefined) => /^\d{6}$/m.exec(textOf(mail))?.[0] ?? 'no code'
  const undoTokenIn = (mail: ReceivedMail | undefined) =>
    /\/undo\?token=(pxl_[\w-]{43})/.exec(textOf(mail))?.[1] ?? 'no link'

  function expectSafe(mail: ReceivedMail | undefined, recipient: string, locale: string): void {
    if (mail === undefined) throw new Error(`nothing came to ${recipient}`)
    expect(headerOf(mail, 'to')).toBe(recipient)
    expect(mail.from).toBe('no-reply@accounts.duka.example')
    expect(headerOf(mail, 'content-type')).toMatch(/^multipart\/alternative;/)
    const names = headersOf(mail.raw).map(([name]) => name)
    expect(names.filter((name) => ['cc', 'bcc', 'reply-to', 'sender'].includes(name))).toEqual([])
    const html = partOf(mail, 'text/html')
    expect(html).toContain(`<html lang="${locale}"`)
    // A122, A87: nothing that a request said is in the mail.
    for (const part of [textOf(mail), html]) {
      expect(part).not.toMatch(/evil\.example|onerror|\{\w+\}|undefined/)
      expect(addressesIn(part).filter((each) => !each.startsWith(publicUrl))).toEqual([])
    }
    // Both parts have the same links.
    for (const link of addressesIn(textOf(mail))) expect(html).toContain(link)
  }

  it.each(locales)(
    'carry the code to the new one and the link to the old one, and undo it (%s)',
    async (locale) => {
      mailServer = await startMailServer()
      read = 0
      const env = {
        PROXIMA_MAIL_URL: mailServer.url,
        PROXIMA_PUBLIC_URL: publicUrl,
        PROXIMA_LOCALE: locale,
        PROXIMA_VERIFICATION: 'optional',
      }
      server = await startTestServer(sqlite, { env })
      const { client } = server
      // As typed: the domain has one spelling, and the local part is its owner's.
      const [old, wanted] = ['Amina.O+duka@example.com', 'O.Amina@other.example']
      const { body } = await client.register({ email: 'Amina.O+duka@Example.com', full_name: hostile })
      const login = await client.post('/v1/auth/token', { user_secret: body.user_secret })
      const token: string = login.body.access_token
      const verified = { channel: 'email', code: codeIn((await next(1))[old]) }
      expect((await client.post('/v1/me/verification/confirm', verified, { token })).status).toBe(200)

      await client.put('/v1/me/email', { email: wanted }, { token, headers: from })
      const requested = await next(2)
      expectSafe(requested[old], old, locale)
      expectSafe(requested[wanted], wanted, locale)
      const links = addressesIn(textOf(requested[wanted])).filter((each) => each.includes('token='))
      expect(links.map((each) => new URL(each).pathname)).toEqual(['/verify/change'])
      expect(undoTokenIn(requested[old])).toMatch(/^pxl_/)

      const code = codeIn(requested[wanted])
      await client.post('/v1/me/email/confirm', { code }, { token, headers: from })
      const changed = await next(1)
      expectSafe(changed[old], old, locale)
      expect(undoTokenIn(changed[old])).not.toBe(undoTokenIn(requested[old]))

      const done = await undoChange(server, undoTokenIn(changed[old]), newPassword)
      expect(done.status).toBe(200)
      expect(() => recoveryTokenIn(done)).toThrow()
      const undone = await next(3)
      expectSafe(undone[old], old, locale)
      expectSafe(undone[wanted], wanted, locale)
      expect((await client.login({ email: old, password: newPassword })).status).toBe(200)
    },
  )
})
