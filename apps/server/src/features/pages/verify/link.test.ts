import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { type NewPerson, newPerson } from '../../../../tests/support/people.ts'
import { codeSentTo, linkTokenSentTo } from '../../../../tests/support/sent-codes.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { newId } from '../../../platform/kernel/ids.ts'

describe.each(engines)('the page of a verification link on $name', (engine) => {
  let server: TestServer
  let restarted: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_VERIFICATION: 'optional' } })
    const { databaseUrl, clock } = server
    restarted = await startTestServer(engine, { databaseUrl, clock })
  })
  afterAll(async () => {
    await restarted?.close()
    await server?.close()
  })

  async function register(): Promise<NewPerson & { readonly email: string; readonly link: string }> {
    const email = `link-${newId().slice(-12)}@example.com`
    const person = await newPerson(server.client, { email })
    return { ...person, email, link: await linkTokenSentTo(server.client, email) }
  }

  async function open(token: string, method = 'GET'): Promise<Response> {
    return await fetch(`${server.url}/verify?token=${token}`, { method })
  }

  async function press(token: string, at = server, more = ''): Promise<Response> {
    const body = `token=${token}${more}`
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return await fetch(`${at.url}/verify`, { method: 'POST', headers, body })
  }

  const isVerified = async ({ token }: NewPerson): Promise<boolean> =>
    (await server.client.me(token)).body.email_verified === true

  it('A90: shows one button however often it is opened, and confirms nothing', async () => {
    const person = await register()
    for (const method of ['GET', 'HEAD', 'GET']) {
      const answer = await open(person.link, method)
      expect(answer.status).toBe(200)
      const text = await answer.text()
      if (method === 'GET') expect(text.match(/<button/g)).toHaveLength(1)
    }
    expect(await isVerified(person)).toBe(false)
  })

  it('A86: is not stored, not indexed, and not named to other sites or in the log', async () => {
    const { link } = await register()
    const { headers } = await open(link)
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('cache-control')).toContain('no-store')
    expect(headers.get('x-robots-tag')).toContain('noindex')
    expect(headers.get('content-security-policy')).toContain("form-action 'self'")
    await press(link)
    expect(server.log.join('')).not.toContain(link)
    expect(server.log.join('')).not.toContain(link.slice(4, 30))
  })

  it('A81: confirms once when the button is pressed, on any server, and the code no longer works', async () => {
    const person = await register()
    const code = await codeSentTo(server.client, person.email)
    expect((await press(person.link, restarted)).status).toBe(200)
    expect(await isVerified(person)).toBe(true)
    expect((await press(person.link)).status).toBe(422)
    expect((await open(person.link)).status).toBe(422)
    const body = { channel: 'email', code }
    const late = await server.client.post('/v1/me/verification/confirm', body, { token: person.token })
    expect(late.body.code).toBe('code_invalid')
  })

  it('A81: confirms once for many who press it at once', async () => {
    const person = await register()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => press(person.link, index % 2 ? restarted : server)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await isVerified(person)).toBe(true)
  })

  it('A84: has expired after a day', async () => {
    const person = await register()
    server.clock.advance(86_399)
    expect((await open(person.link)).status).toBe(200)
    server.clock.advance(1)
    const late = await press(person.link)
    expect(late.status).toBe(422)
    expect(await late.text()).toContain('This link has expired')
  })

  it('A32: refuses a form with a repeated or unknown field, and a token that is no token', async () => {
    const { link } = await register()
    expect((await press(link, server, `&token=${link}`)).status).toBe(400)
    expect((await press(link, server, '&email_verified=true')).status).toBe(422)
    for (const token of ['', 'x', '%00', `${link}x`, link.toUpperCase(), '%3Cscript%3E']) {
      const answer = await open(token)
      expect(answer.status, token).toBe(422)
      expect(await answer.text()).not.toContain('<script>')
    }
    expect((await open(link)).status).toBe(200)
  })

  it('does nothing for an account that was deleted in the meantime', async () => {
    const person = await register()
    const proof = JSON.stringify({ user_secret: person.secret })
    await server.client.send('DELETE', '/v1/me', proof, { token: person.token })
    expect((await press(person.link)).status).toBe(422)
  })
})
