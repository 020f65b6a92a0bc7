import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines, sqlite } from '../../../../tests/support/engines.ts'
import { hiddenField, PageClient } from '../../../../tests/support/page-client.ts'
import { password } from '../../../../tests/support/password.ts'
import { codeSentTo } from '../../../../tests/support/sent-codes.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { newId } from '../../../platform/kernel/ids.ts'

const elsewhere = 'https://moments.example.org'
const newName = () => `amina-${newId().slice(-12)}`
const fieldsFor = (name: string) => ({ username: name, email: `${name}@example.com`, password })

describe.each(engines)('the page to create an account on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_RETURN_ORIGINS: elsewhere } })
  })
  afterAll(async () => await server?.close())

  it('creates it, signs in, and leads back', async () => {
    const browser = new PageClient(server)
    const return_to = `${elsewhere}/start`
    const page = await browser.open(`/sign-up?return_to=${return_to}`)
    expect(page.text).toContain(`to continue to <b class="ltr">${new URL(elsewhere).host}</b>`)
    const done = await browser.send('/sign-up', { ...fieldsFor(newName()), return_to })
    expect(done.status).toBe(303)
    expect(done.headers.get('location')).toBe(return_to)
    expect((await browser.open('/v1/me')).status).toBe(200)
    expect((await browser.open('/sign-up')).headers.get('location')).toBe('/account')
  })

  it('asks only for the fields of the settings, and shows the rules of a password before it is typed', async () => {
    const { text } = await new PageClient(server).open('/sign-up')
    const names = [...text.matchAll(/<input class="input" id="(\w+)"/g)].map(([, name]) => name)
    expect(names).toEqual(['username', 'email', 'password'])
    expect(text).toContain('aria-describedby="password-rules"')
    expect(text).toContain('At least 8 characters')
  })

  it('names what is wrong with each field, and keeps what was typed but the password', async () => {
    const browser = new PageClient(server)
    const taken = newName()
    await server.client.register({ username: taken, password })
    const wrong = await browser.send('/sign-up', { username: 'a b', email: 'nowhere', password: 'password' })
    expect(wrong.status).toBe(422)
    for (const name of ['username', 'email', 'password']) expect(wrong.text).toContain(`id="${name}-error"`)
    expect(wrong.text).toContain('value="nowhere"')
    expect(wrong.text).not.toContain('value="password"')
    const empty = await browser.send('/sign-up', { username: '', email: '', password: '' })
    expect(empty.text.match(/<span>Fill in this field/g)).toHaveLength(3)
    const conflict = await browser.send('/sign-up', { ...fieldsFor(newName()), username: taken })
    expect(conflict.status).toBe(409)
    expect(conflict.text).toContain('This name is taken')
    expect(browser.isSignedIn).toBe(false)
  })

  it('A49: creates no account for a page of another site', async () => {
    const name = newName()
    const foreign = { origin: elsewhere, 'sec-fetch-site': 'cross-site' }
    const answer = await new PageClient(server).send('/sign-up', fieldsFor(name), foreign)
    expect(answer.status).toBe(403)
    const free = await server.client.get(`/v1/auth/availability?username=${name}`)
    expect(free.body.available).toBe(true)
  })

  it('A106: does not lead to another site', async () => {
    const fields = { ...fieldsFor(newName()), return_to: 'https://evil.example/' }
    const answer = await new PageClient(server).send('/sign-up', fields)
    expect(answer.headers.get('location')).toBe('/account')
  })

  it('A122: shows what was typed as text', async () => {
    const username = '"><script>alert(1)</script>'
    const answer = await new PageClient(server).send('/sign-up', { ...fieldsFor('x'), username })
    expect(answer.text).not.toContain('<script>')
  })
})

describe('the page to create an account', () => {
  async function withServer(
    env: Record<string, string>,
    work: (server: TestServer, browser: PageClient) => Promise<void>,
  ): Promise<void> {
    const server = await startTestServer(sqlite, { env })
    try {
      await work(server, new PageClient(server))
    } finally {
      await server.close()
    }
  }

  it('shows a generated secret once to those who choose no password', async () => {
    const env = { PROXIMA_SIGN_UP_FIELDS: 'username,password', PROXIMA_SIGN_UP_OPTIONAL_FIELDS: 'password' }
    await withServer(env, async (server, browser) => {
      const done = await browser.send('/sign-up', { username: newName(), password: '' })
      expect(done.status).toBe(200)
      expect(done.headers.get('cache-control')).toBe('no-store')
      const user_secret = /pxu_[\w-]+/.exec(done.text)?.[0] ?? ''
      expect((await server.client.post('/v1/auth/token', { user_secret })).status).toBe(200)
      expect((await browser.open('/v1/me')).status).toBe(200)
    })
  })

  it('leads to the page for the code if an account must confirm a contact first', async () => {
    await withServer({ PROXIMA_VERIFICATION: 'required' }, async (_server, browser) => {
      const done = await browser.send('/sign-up', fieldsFor(newName()))
      expect(done.headers.get('location')).toBe('/verify/code')
      expect((await browser.open('/verify/code')).status).toBe(200)
    })
  })

  it('needs agreement to the terms if there are any', async () => {
    const PROXIMA_TERMS_URL = 'https://example.org/terms'
    await withServer({ PROXIMA_TERMS_URL }, async (_server, browser) => {
      expect((await browser.open('/sign-up')).text).not.toContain('checked')
      const fields = fieldsFor(newName())
      const refused = await browser.send('/sign-up', fields)
      expect(refused.status).toBe(422)
      expect(refused.text).toContain('id="terms-error"')
      expect((await browser.send('/sign-up', { ...fields, terms: 'yes' })).status).toBe(303)
    })
  })

  it('says so if only administrators create accounts', async () => {
    await withServer({ PROXIMA_REGISTRATION: 'closed' }, async (_server, browser) => {
      const page = await browser.open('/sign-up')
      expect([page.status, page.text.includes('by invitation')]).toEqual([403, true])
      expect((await browser.send('/sign-up', fieldsFor(newName()))).status).toBe(403)
    })
  })

  it('A06: with strict privacy, never says that an address has an account', async () => {
    await withServer({ PROXIMA_PRIVACY: 'strict' }, async (server, browser) => {
      const [one, other] = [newName(), newName()]
      const first = await browser.send('/sign-up', fieldsFor(one))
      expect(first.status).toBe(200)
      expect(first.cookies).toEqual([])
      const email = `${one}@example.com`
      const code = await codeSentTo(server.client, email)
      const identifier = hiddenField(first, 'identifier')
      const wrong = await browser.send('/sign-up/confirm', { identifier, code: '000000', password })
      expect(wrong.status).toBe(422)
      const wrongPassword = await browser.send('/sign-up/confirm', {
        identifier,
        code,
        password: 'not this one',
      })
      expect(wrongPassword.text).toBe(wrong.text)
      const done = await browser.send('/sign-up/confirm', { identifier, code, password })
      expect(done.headers.get('location')).toBe('/account')
      expect((await browser.open('/v1/me')).status).toBe(200)
      const again = await new PageClient(server).send('/sign-up', { ...fieldsFor(other), email })
      expect(again.text).toBe(first.text)
    })
  })
})
