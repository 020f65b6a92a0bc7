import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines, sqlite } from '../../../../tests/support/engines.ts'
import { hiddenField, PageClient } from '../../../../tests/support/page-client.ts'
import {
  emailOf,
  newPassword,
  phoneOf,
  type RecoveryServer,
  startRecoveryServer,
} from '../../../../tests/support/recovery.ts'
import { codeSentTo } from '../../../../tests/support/sent-codes.ts'
import { startTestServer } from '../../../../tests/support/test-server.ts'

describe.each(engines)('the pages for a new password on $name', (engine) => {
  let server: RecoveryServer
  let browser: PageClient
  beforeAll(async () => {
    server = await startRecoveryServer(engine)
    browser = new PageClient(server)
  })
  afterAll(async () => await server?.close())

  const ask = async (identifier: string) => await browser.send('/recover/code', { identifier })
  const type = async (identifier: string, code: string) =>
    await browser.send('/recover/verify', { identifier, code })

  it('lead from the identifier to the code, and to the new password', async () => {
    const email = emailOf('amina')
    await server.register({ email }, ['email'])
    expect((await browser.open('/recover')).text).toContain('action="/recover/code"')
    const asked = await ask(email)
    expect(asked.status).toBe(200)
    expect(asked.text).toContain('autocomplete="one-time-code"')
    const typed = await type(email, ` ${(await codeSentTo(server.client, email)).replace(/(...)/, '$1 ')} `)
    const recovery_token = hiddenField(typed, 'recovery_token')
    const weak = await browser.send('/recover', { recovery_token, new_password: 'password' })
    expect(weak.status).toBe(422)
    expect(weak.text).toContain('id="new_password-error"')
    const done = await browser.send('/recover', { recovery_token, new_password: newPassword })
    expect(done.text).toContain('Your password is changed')
    expect(done.cookies).toEqual([])
    expect((await server.login(email, newPassword)).status).toBe(200)
  })

  it('I4: are the same to the byte for an identifier that no account has', async () => {
    const email = emailOf('baraka')
    await server.register({ email }, ['email'])
    const nobody = emailOf('nobody')
    const known = (await ask(email)).text.replaceAll(email, 'x')
    expect((await ask(nobody)).text.replaceAll(nobody, 'x')).toBe(known)
    const wrong = await type(email, '000000')
    const unknown = await type(nobody, '000000')
    expect([wrong.status, unknown.status]).toEqual([422, 422])
    expect(unknown.text.replaceAll(nobody, 'x')).toBe(wrong.text.replaceAll(email, 'x'))
    expect(wrong.text).toContain('This code does not match')
  })

  it('A84: say that a code is too old', async () => {
    const email = emailOf('cheptoo')
    await server.register({ email }, ['email'])
    await ask(email)
    const code = await codeSentTo(server.client, email)
    server.clock.advance(601)
    expect((await type(email, code)).text).toContain('This code is too old')
  })

  it('say how long a recovery by another contact must wait', async () => {
    const [email, phone_number] = [emailOf('dalila'), phoneOf()]
    await server.register({ email, phone_number }, ['email', 'phone_number'])
    await ask(phone_number)
    const answer = await type(phone_number, await codeSentTo(server.client, phone_number))
    expect(answer.status).toBe(403)
    expect(answer.text).toContain('This recovery must wait')
    expect(answer.text).toMatch(/only after \d{1,2} \w+ \d{4} at \d\d:\d\d UTC/)
  })

  it('A40: show the wait after too many wrong codes', async () => {
    const email = emailOf('esther')
    await server.register({ email }, ['email'])
    await ask(email)
    const statuses = []
    for (let guess = 0; guess < 6; guess++) statuses.push((await type(email, '000000')).status)
    const answer = await type(email, '000000')
    expect([...statuses, answer.status]).toContain(429)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(answer.text).toContain('role="timer"')
  })

  it('A122: show an identifier as text', async () => {
    const answer = await ask('"><script>alert(1)</script>')
    expect(answer.text).not.toContain('<script>')
  })

  it('lead back to the start if their address is opened', async () => {
    for (const path of ['/recover/code', '/recover/verify'])
      expect((await browser.open(path)).headers.get('location')).toBe('/recover')
  })
})

it('the page for a new password says so if the server sends no codes', async () => {
  const server = await startTestServer(sqlite, { env: { PROXIMA_RECOVERY_BY_CONTACT: 'off' } })
  try {
    const answer = await new PageClient(server).send('/recover/code', { identifier: 'amina' })
    expect(answer.status).toBe(403)
    expect(answer.text).toContain('This server sends no codes on request')
  } finally {
    await server.close()
  }
})
