import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OpenMessage } from '../../src/features/messages/outbox/messages.ts'
import { type DeletionServer, startDeletionServer } from '../support/deletion-server.ts'
import { engines } from '../support/engines.ts'
import { signInWith } from '../support/people.ts'

const password = 'seven green bottles stand here'

/** An attacker who has messages sent to people who did not ask for them, or to numbers that earn by them. */
describe.each(engines)('flooding others with messages on $name', (engine) => {
  let server: DeletionServer
  let from: Record<string, string>
  let address = 0
  beforeEach(() => {
    from = { 'x-forwarded-for': `203.0.113.${address++}` }
  })
  afterEach(async () => {
    await server.services.db.deleteFrom('messages').execute()
    await server.services.db.deleteFrom('message_counts').execute()
  })

  async function sent(): Promise<OpenMessage[]> {
    return (await server.services.outbox.listOpen(1_000)).filter(({ state }) => state === 'waiting')
  }

  const limited = (env: object) => ({
    env: { PROXIMA_LIMITS: 'on', PROXIMA_TRUSTED_PROXIES: '127.0.0.1', ...env },
  })

  describe('with standard privacy', () => {
    beforeAll(async () => {
      server = await startDeletionServer(engine, limited({ PROXIMA_DELETION_GRACE_DAYS: '7' }))
    })
    afterAll(async () => await server?.close())

    /** Everything that notifies the owner of a new account. */
    async function causeNotices(phone_number: string, index: number): Promise<void> {
      const headers = from
      const { body } = await server.client.post('/v1/auth/register', { phone_number }, { headers })
      const { token } = await signInWith(server.client, String(body.user_secret))
      const renewed = await server.client.post('/v1/me/secret', {}, { token, headers })
      const user_secret = String(renewed.body.user_secret)
      await server.client.put('/v1/me/username', { username: `flood${index}` }, { token, headers })
      const leave = JSON.stringify({ user_secret })
      await server.client.send('DELETE', '/v1/me', leave, { token, headers })
      await server.client.post('/v1/auth/restore', { user_secret }, { headers })
      const again = await signInWith(server.client, user_secret)
      await server.client.send('DELETE', '/v1/me', leave, { token: again.token, headers })
    }

    it('A89: one client causes ten text messages, not two hundred, to forty numbers of one range', async () => {
      for (let index = 0; index < 40; index++) await causeNotices(`+2547123456${String(10 + index)}`, index)
      const messages = await sent()
      expect(messages.length).toBeGreaterThan(0)
      expect(messages.length).toBeLessThanOrEqual(10)
      expect(new Set(messages.map(({ content }) => content?.to)).size).toBe(messages.length)
      const { text } = await server.client.get('/metrics')
      expect(text).toMatch(/proxima_messages_withheld_total\{channel="sms",reason="unverified"\} \d+/)
      expect(text).toMatch(/proxima_messages_withheld_total\{channel="sms",reason="caller"\} \d+/)
      const lines = server.log.filter((line) => line.includes('message withheld'))
      expect(lines.length).toBeGreaterThan(100)
      expect(lines.join('\n')).not.toContain('+2547')
    })
  })

  describe('with strict privacy', () => {
    beforeAll(async () => {
      server = await startDeletionServer(engine, limited({ PROXIMA_PRIVACY: 'strict' }))
    })
    afterAll(async () => await server?.close())

    const register = async (body: object) =>
      await server.client.post('/v1/auth/register', { password, ...body }, { headers: from })

    it('A88: one mailbox gets a few mails for 24 of its spellings, and every answer is the same', async () => {
      const answers = []
      for (let index = 0; index < 24; index++)
        answers.push(await register({ email: `vic.tim+${index}@example.com` }))
      expect(await sent()).toHaveLength(3)
      expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    })

    it('A88: a number and an address that no one has verified get three messages an hour, however often someone registers them', async () => {
      for (const contact of [{ phone_number: '+254711000001' }, { email: 'unverified@example.com' }]) {
        const before = (await sent()).length
        for (let round = 0; round < 6; round++) await register(contact)
        expect(await sent()).toHaveLength(before + 3)
      }
    })

    it('A89: registrations by one client cause ten text messages, and costly numbers none', async () => {
      for (let index = 0; index < 18; index++) {
        const { status } = await register({ phone_number: `+2547${String(12_000_000 + index * 10_000)}` })
        expect(status).toBe(202)
      }
      expect(await sent()).toHaveLength(10)
      expect((await register({ phone_number: '+4490987910 01' })).body.errors).toMatchObject([
        { code: 'phone_number_costly' },
      ])
    })
  })
})
