import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wrongCode } from '../../../../tests/support/codes.ts'
import { changeContact, confirmContact, requestContact } from '../../../../tests/support/contact-changes.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { newPerson, signInWith } from '../../../../tests/support/people.ts'
import { emailOf } from '../../../../tests/support/recovery.ts'
import { codeSentTo, linkTokenSentTo, messagesTo } from '../../../../tests/support/sent-codes.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { TestClient } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

const path = '/verify/change'

describe.each(engines)('the link that confirms a change of the address on $name', (engine) => {
  let server: TestServer
  let limited: TestServer
  let services: OwnServices
  beforeAll(async () => {
    const env = { PROXIMA_PUBLIC_URL: 'https://id.example.org' }
    server = await startTestServer(engine, { env })
    const { databaseUrl, clock } = server
    limited = await startTestServer(engine, { databaseUrl, clock, env: { ...env, PROXIMA_LIMITS: 'on' } })
    services = openServices(server)
  })
  afterAll(async () => {
    await services?.close()
    await limited?.close()
    await server?.close()
  })

  const open = (token: string) => new TestClient(server.url).get(`${path}?token=${token}`)
  const press = (token: string, { url } = server) =>
    new TestClient(url).send('POST', path, `token=${token}`, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })

  /** Asks for the change, and returns the token of the link and the code. */
  async function requestFor(token: string, email: string) {
    expect((await requestContact(server.client, token, { email })).status).toBe(202)
    return { link: await linkTokenSentTo(server.client, email), code: await codeSentTo(server.client, email) }
  }

  it('changes it once, keeps the session that asked, and ends all others and the code', async () => {
    const email = emailOf('amina')
    const { token, secret } = await newPerson(server.client)
    const { link, code } = await requestFor(token, email)
    const elsewhere = await signInWith(server.client, secret)
    expect((await press(link)).text).toContain('Your account now has this address')
    expect((await server.client.me(token)).body).toMatchObject({ email, email_verified: true })
    expect((await server.client.me(elsewhere.token)).status).toBe(401)
    expect((await press(link)).status).toBe(422)
    expect((await confirmContact(server.client, token, { email }, code)).body.code).toBe('code_invalid')
  })

  it('A90: is not used up when the page is opened', async () => {
    const email = emailOf('baraka')
    const { token } = await newPerson(server.client)
    const { link } = await requestFor(token, email)
    for (let look = 0; look < 3; look++) {
      const { status, text, headers } = await open(`${link}&utm_source=mail`)
      expect(status).toBe(200)
      expect(text).toContain(`<form method="post" action="${path}">`)
      expect(headers.get('referrer-policy')).toBe('no-referrer')
    }
    expect((await server.client.me(token)).body.email).toBeNull()
    expect((await press(link)).status).toBe(200)
  })

  it('A81: and the code change it once, if both are used at the same moment', async () => {
    const email = emailOf('cheptoo')
    const { token } = await newPerson(server.client)
    const { link, code } = await requestFor(token, email)
    const typed = confirmContact(server.client, token, { email }, code)
    const statuses = (await Promise.all([press(link), press(link, limited), typed])).map(
      ({ status }) => status,
    )
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(new Set(statuses)).toEqual(new Set([200, 422]))
  })

  it('A84: works for an hour, which is longer than the code', async () => {
    const [first, second] = [emailOf('dalila'), emailOf('dalila')]
    const { token, secret } = await newPerson(server.client)
    const { link } = await requestFor(token, first)
    server.clock.advance(3_599)
    expect((await press(link)).status).toBe(200)
    const { token: next } = await signInWith(server.client, secret)
    const late = await requestFor(next, second)
    server.clock.advance(3_600)
    expect((await open(late.link)).text).toContain('has expired')
    expect((await press(late.link)).text).toContain('has expired')
  })

  it('A82: is replaced by that of a newer request', async () => {
    const { token } = await newPerson(server.client)
    const [older, newer] = [emailOf('older'), emailOf('newer')]
    const first = await requestFor(token, older)
    const second = await requestFor(token, newer)
    expect((await press(first.link)).text).toContain('does not work')
    expect((await press(second.link)).status).toBe(200)
    expect((await server.client.me(token)).body.email).toBe(newer)
  })

  it('I2: does nothing for an account that was suspended in the meantime', async () => {
    const { id, token } = await newPerson(server.client)
    const { link } = await requestFor(token, emailOf('esther'))
    await services.administration.suspend(id)
    await services.administration.activate(id)
    expect((await press(link)).status).toBe(422)
  })

  it('says so if another account has taken the address, and the change has ended', async () => {
    const email = emailOf('wanted')
    const [late, quick] = [await newPerson(server.client), await newPerson(server.client)]
    const { link } = await requestFor(late.token, email)
    await changeContact(server.client, quick.token, { email })
    expect((await press(link)).text).toContain('Another account has this address')
    expect((await press(link)).text).toContain('does not work')
  })

  it('A40: is not locked by wrong codes', async () => {
    const email = emailOf('farida')
    const { token } = await newPerson(server.client)
    const { link, code } = await requestFor(token, email)
    const typed = (guess: string) => confirmContact(limited.client, token, { email }, guess)
    for (let guess = 0; guess < 5; guess++) await typed(wrongCode(code))
    expect((await typed(code)).status).toBe(429)
    expect((await press(link, limited)).status).toBe(200)
  })

  it('A08: is not sent to the owner of an address that is taken, with strict privacy', async () => {
    const email = emailOf('taken')
    const { databaseUrl, clock } = server
    const env = { PROXIMA_PUBLIC_URL: 'https://id.example.org', PROXIMA_PRIVACY: 'strict' }
    const strict = await startTestServer(engine, { databaseUrl, clock, env })
    await newPerson(server.client, { email })
    const { token } = await newPerson(server.client)
    const asked = await requestContact(strict.client, token, { email })
    await strict.close()
    expect(asked.status).toBe(202)
    const [message] = await messagesTo(server.client, email)
    expect([message?.template, /token=/.test(message?.text ?? '')]).toEqual(['contact_change_taken', false])
  })
})
