import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wrongCode } from '../../../../tests/support/codes.ts'
import { engines } from '../../../../tests/support/engines.ts'
import {
  emailOf,
  newPassword,
  oldPassword,
  phoneOf,
  type RecoveryServer,
  startRecoveryServer,
} from '../../../../tests/support/recovery.ts'
import { codeSentTo, linkTokenSentTo, messagesTo } from '../../../../tests/support/sent-codes.ts'
import { openServices } from '../../../../tests/support/services.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { resendSeconds } from '../../authenticators/codes/model.ts'
import { codesToUnverifiedPerDayMax, subjectPerHourMax } from '../../messages/caps/model.ts'

describe.each(engines)('a stranger who uses up the messages of an owner on $name', (engine) => {
  let server: RecoveryServer
  let poor: RecoveryServer
  beforeAll(async () => {
    server = await startRecoveryServer(engine)
    poor = await startRecoveryServer(engine, { PROXIMA_MAIL_PER_HOUR: '1', PROXIMA_SMS_PER_HOUR: '100' })
  })
  afterAll(async () => {
    await poor?.close()
    await server?.close()
  })

  async function sentTo(id: AccountId): Promise<number> {
    const messages = server.db.selectFrom('messages').select('id').where('account_id', '=', id)
    return (await messages.where('outcome', 'is', null).execute()).length
  }

  function toNextHour(): void {
    server.clock.advance((3_600_000 - (server.clock.now().getTime() % 3_600_000)) / 1_000)
  }

  async function ask(identifier: string, times: number): Promise<void> {
    for (let each = 0; each < times; each++) {
      await server.request(identifier)
      server.clock.advance(resendSeconds)
    }
  }

  it('A88: leaves the owner a link that works in every hour of the day, and the mailbox a few mails an hour', async () => {
    const email = emailOf('amina')
    const { id } = await server.register({ email }, ['email'])
    // All 24 hours are of one day.
    while (server.clock.now().getUTCHours() !== 23) toNextHour()
    let sent = 0
    for (let hour = 0; hour < 24; hour++) {
      toNextHour()
      await ask(email, subjectPerHourMax + 1)
      const inHour = (await sentTo(id)) - sent
      sent += inHour
      expect(inHour, `hour ${hour}`).toBeGreaterThanOrEqual(1)
      expect(inHour, `hour ${hour}`).toBeLessThanOrEqual(subjectPerHourMax)
      server.clock.advance(3_599 - (subjectPerHourMax + 1) * resendSeconds)
      const page = await fetch(`${server.url}/recover?token=${await linkTokenSentTo(server.client, email)}`)
      expect(page.status, `hour ${hour}`).toBe(200)
    }
    expect(sent).toBeLessThanOrEqual(4 * subjectPerHourMax + 24)
  })

  it('A88: does not keep the owner from the help of an operator', async () => {
    const email = emailOf('baraka')
    const { id } = await server.register({ email }, ['email'])
    await ask(email, 2 * subjectPerHourMax)
    const services = openServices(server)
    try {
      expect(await services.recoveryRequests.startFor(id)).toBe('email')
    } finally {
      await services.close()
    }
  })

  it('A88: does not keep the code from an owner who is signed in and confirms the address', async () => {
    const email = emailOf('cheptoo')
    const { id } = await server.register({ email })
    // Everything happens in one day.
    while (server.clock.now().getUTCHours() !== 0) toNextHour()
    for (let hour = 0; hour < 3; hour++) {
      toNextHour()
      await ask(email, subjectPerHourMax)
    }
    expect(await sentTo(id)).toBe(codesToUnverifiedPerDayMax)
    const { body } = await server.login(email, oldPassword)
    const token = String(body.access_token)
    const confirming = await server.client.post('/v1/me/verification', { channel: 'email' }, { token })
    expect([confirming.status, await sentTo(id)]).toEqual([202, codesToUnverifiedPerDayMax + 1])
  })

  it('A88: does not use up the codes for which a client asks that has signed in before', async () => {
    const email = emailOf('farida')
    const { id } = await server.register({ email })
    const headers = { 'x-forwarded-for': '203.0.113.50' }
    await server.client.post('/v1/auth/login', { email, password: oldPassword }, { headers })
    while (server.clock.now().getUTCHours() !== 0) toNextHour()
    for (let hour = 0; hour < 3; hour++) {
      toNextHour()
      await ask(email, subjectPerHourMax)
    }
    expect(await sentTo(id)).toBe(codesToUnverifiedPerDayMax)
    await server.client.post('/v1/auth/recovery', { identifier: email }, { headers })
    expect(await sentTo(id)).toBe(codesToUnverifiedPerDayMax + 1)
  })

  it('A40: sends a link by text message while guesses lock the codes', async () => {
    const phone_number = phoneOf()
    await server.register({ phone_number }, ['phone_number'])
    await server.request(phone_number)
    const code = await codeSentTo(server.client, phone_number)
    for (let guess = 0; guess < 5; guess++) await server.verify(phone_number, wrongCode(code))
    expect((await server.verify(phone_number, code)).status).not.toBe(200)
    server.clock.advance(resendSeconds)
    await server.request(phone_number)
    const token = await linkTokenSentTo(server.client, phone_number)
    const fields = new URLSearchParams({ token, new_password: newPassword })
    const { status } = await fetch(`${server.url}/recover`, { method: 'POST', body: fields })
    expect(status).toBe(200)
    expect((await server.login(phone_number, newPassword)).status).toBe(200)
  })

  it('sends no link by text message if the recovery must wait, because it would not work', async () => {
    const [email, phone_number] = [emailOf('gathoni'), phoneOf()]
    await server.register({ email, phone_number }, ['email', 'phone_number'])
    await server.request(phone_number)
    const code = await codeSentTo(server.client, phone_number)
    for (let guess = 0; guess < 5; guess++) await server.verify(phone_number, wrongCode(code))
    server.clock.advance(resendSeconds)
    await server.request(phone_number)
    expect((await messagesTo(server.client, phone_number))[0]?.text).not.toContain('://')
  })

  it('I8: begins no recovery that must wait if only the contact that asked for it could be notified', async () => {
    const other = emailOf('dalila')
    await poor.register({ email: other }, ['email'])
    const { body } = await poor.login(other, oldPassword)
    const passwords = { current_password: oldPassword, new_password: newPassword }
    const token = String(body.access_token)
    expect((await poor.client.put('/v1/me/password', passwords, { token })).status).toBe(204)
    const [email, phone_number] = [emailOf('esther'), phoneOf()]
    await poor.register({ email, phone_number }, ['email', 'phone_number'])
    expect((await poor.exchange(phone_number)).status).toBe(429)
    poor.clock.advance(3_600)
    expect((await poor.exchange(phone_number)).body.code).toBe('recovery_waiting')
    expect((await messagesTo(poor.client, email))[0]?.template).toBe('recovery_waiting')
  })
})
