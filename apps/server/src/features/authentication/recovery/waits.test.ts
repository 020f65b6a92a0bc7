import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import {
  emailOf,
  newPassword,
  phoneOf,
  type RecoveryServer,
  startRecoveryServer,
} from '../../../../tests/support/recovery.ts'
import { codeSentTo, linkTokenSentTo, messagesTo } from '../../../../tests/support/sent-codes.ts'
import { openServices } from '../../../../tests/support/services.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'

describe.each(engines)('a recovery that must wait on $name', (engine) => {
  let server: RecoveryServer
  beforeAll(async () => {
    server = await startRecoveryServer(engine)
  })
  afterAll(async () => await server?.close())

  describe('by phone number, although the account has a verified email address', () => {
    async function begin() {
      const [email, phone_number] = [emailOf('pendo'), phoneOf()]
      await server.register({ email, phone_number }, ['email', 'phone_number'])
      await server.request(phone_number)
      const answer = await server.verify(phone_number, await codeSentTo(server.client, phone_number))
      return { email, phone_number, answer }
    }

    it('waits for a day, and then goes on', async () => {
      const { email, phone_number, answer } = await begin()
      expect(answer.status).toBe(403)
      const usable_at = new Date(server.clock.now().getTime() + 86_400_000).toISOString()
      expect(answer.body).toMatchObject({ code: 'recovery_waiting', usable_at })
      expect((await messagesTo(server.client, email))[0]?.template).toBe('recovery_waiting')
      server.clock.advance(43_200)
      await server.request(phone_number)
      const early = await server.verify(
        phone_number,
        await codeSentTo(server.client, phone_number),
        server.other,
      )
      expect(early.body).toMatchObject({ code: 'recovery_waiting', usable_at })
      server.clock.advance(43_201)
      expect((await server.reset(await server.tokenFor(phone_number), newPassword)).status).toBe(204)
      expect((await server.login(email, newPassword)).status).toBe(200)
    })

    it('has a page that shows the moment in a sample', async () => {
      const { answer } = await begin()
      const page = await server.client.get(new URL(String(answer.body.type)).pathname)
      expect(page.text).toContain('usable_at&quot;: &quot;20')
    })

    it('must wait again if it was not finished in three days', async () => {
      const { phone_number } = await begin()
      server.clock.advance(4 * 86_400 + 1)
      await server.request(phone_number)
      const late = await server.verify(phone_number, await codeSentTo(server.client, phone_number))
      expect(late.body.code).toBe('recovery_waiting')
    })

    it('does not delay a recovery by email, which ends the wait', async () => {
      const { email, phone_number } = await begin()
      expect((await server.reset(await server.tokenFor(email), newPassword)).status).toBe(204)
      server.clock.advance(86_401)
      await server.request(phone_number)
      const begun = await server.verify(phone_number, await codeSentTo(server.client, phone_number))
      expect(begun.body.code).toBe('recovery_waiting')
    })
  })

  it('does not begin while the verified email address is marked as bounced, until an operator helps', async () => {
    const [email, phone_number] = [emailOf('neema'), phoneOf()]
    const { id } = await server.register({ email, phone_number }, ['email', 'phone_number'])
    const services = openServices(server)
    const codesByMail = async () =>
      (await messagesTo(server.client, email)).filter(({ template }) => template === 'recovery')
    try {
      server.clock.advance(60)
      await services.bounces.record({ channel: 'mail', canonical: email, at: server.clock.now() })
      const refused = await server.exchange(phone_number)
      expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited'])
      await server.request(email)
      expect(await codesByMail()).toHaveLength(0)
      expect(await services.recoveryRequests.startFor(id)).toBe('email')
      expect(await codesByMail()).toHaveLength(1)
    } finally {
      await services.close()
    }
    const proved = await server.verify(email, await codeSentTo(server.client, email))
    const token = String(proved.body.recovery_token)
    expect((await server.reset(token, newPassword)).status).toBe(204)
  })

  it('cancels a waiting recovery with the link of its notification, once, and what it was given', async () => {
    const [email, phone_number] = [emailOf('salma'), phoneOf()]
    await server.register({ email, phone_number }, ['email', 'phone_number'])
    await server.request(phone_number)
    await server.verify(phone_number, await codeSentTo(server.client, phone_number))
    const link = await linkTokenSentTo(server.client, email)
    server.clock.advance(86_401)
    const token = await server.tokenFor(phone_number)
    const services = openServices(server)
    try {
      await services.recoveryWaits.cancel(link, noRequest)
      await expect(services.recoveryWaits.cancel(link, noRequest)).rejects.toThrow(Failure)
    } finally {
      await services.close()
    }
    expect((await server.reset(token, newPassword)).body.code).toBe('code_invalid')
    server.clock.advance(3_600)
    await server.request(phone_number)
    const again = await server.verify(phone_number, await codeSentTo(server.client, phone_number))
    expect(again.body.code).toBe('recovery_waiting')
  })
})
