import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines, sqlite } from '../../../../tests/support/engines.ts'
import { emailOf, oldPassword } from '../../../../tests/support/recovery.ts'
import { messagesTo } from '../../../../tests/support/sent-codes.ts'
import { type SignInCodeServer, startSignInCodeServer } from '../../../../tests/support/sign-in-codes.ts'

const modes = ['standard', 'strict'] as const

describe.each(engines.flatMap((engine) => modes.map((privacy) => ({ engine, privacy, name: engine.name }))))(
  'asking for a code to sign in on $name with $privacy privacy',
  ({ engine, privacy }) => {
    let server: SignInCodeServer
    beforeAll(async () => {
      server = await startSignInCodeServer(engine, { PROXIMA_PRIVACY: privacy, PROXIMA_VERIFICATION: 'off' })
    })
    afterAll(async () => await server?.close())

    /** Strict privacy answers a registration without the account. */
    const person = async (name: string, status: 'active' | 'suspended' | 'deleted' = 'active') => {
      const email = emailOf(name)
      await server.post('/v1/auth/register', { email, password: oldPassword })
      const found = server.db.updateTable('accounts').where('email', '=', email)
      await found.set({ status, email_verified_at: status === 'active' ? Date.now() : null }).execute()
      return email
    }

    it('I4, A36: answers a stranger like an owner, in every step', async () => {
      const owner = await person('dalila')
      const others = [await person('suspended', 'suspended'), await person('deleted', 'deleted')]
      const strangers = [emailOf('nobody'), 'nobody-here', '+254700000000', '', ' @ ']
      const answers: string[] = []
      for (const identifier of [owner, ...others, ...strangers]) {
        const asked = await server.ask(identifier)
        const flow = String(asked.body.flow)
        const refused = await server.confirm(flow, '000000')
        const shown = [asked, refused].map(({ status, body, headers }) => ({
          status,
          body: { ...body, flow: undefined, request_id: undefined },
          names: [...headers.keys()].sort(),
        }))
        // What was typed is in it, so only its own length may differ.
        const own = Buffer.byteLength(JSON.stringify(identifier.trim()))
        expect(flow.length).toBeLessThan(250 + own * 2)
        answers.push(JSON.stringify(shown))
      }
      expect(new Set(answers).size, answers.join('\n')).toBe(1)
      for (const email of others)
        expect((await messagesTo(server.client, email)).map(({ template }) => template)).not.toContain(
          'sign_in_code',
        )
    })

    it('I4: gives the flow of an account the length of that of a stranger', async () => {
      const owner = await person('esther')
      const stranger = owner.replace('esther', 'wanjir')
      const lengths = [owner, stranger].map(
        async (identifier) => String((await server.ask(identifier)).body.flow).length,
      )
      expect(new Set(await Promise.all(lengths)).size).toBe(1)
    })

    it('I4: writes the same rows for a stranger as for an owner', async () => {
      const owner = await person('faraja')
      const tables = ['codes', 'messages', 'audit_events'] as const
      const rowsOf = async (table: (typeof tables)[number]) => {
        const counting = server.db.selectFrom(table).select(({ fn }) => fn.countAll().as('rows'))
        return Number((await counting.executeTakeFirstOrThrow()).rows)
      }
      const count = async () => await Promise.all(tables.map(rowsOf))
      const grown = async (identifier: string) => {
        const before = await count()
        const { body } = await server.ask(identifier)
        await server.confirm(body.flow, '000000')
        return (await count()).map((rows, index) => rows - (before[index] ?? 0))
      }
      expect(await grown(owner)).toEqual(await grown(emailOf('nobody')))
    })

    it('A38, I4: limits guesses at a stranger and at an owner alike', async () => {
      const tries = async (identifier: string) => {
        const { body } = await server.ask(identifier)
        const answers: string[] = []
        for (let wrong = 0; wrong < 7; wrong++)
          answers.push(String((await server.confirm(body.flow, '000000')).body.code))
        return answers
      }
      expect(await tries(await person('gathoni'))).toEqual(await tries(emailOf('nobody')))
    })

    it('A88: sends one code a minute and three an hour, and answers every request alike', async () => {
      const email = await person('kamau')
      const sent = async () =>
        (await messagesTo(server.client, email)).filter(({ template }) => template === 'sign_in_code').length
      const hour = 3_600_000
      server.clock.advance((hour - (server.clock.now().getTime() % hour)) / 1_000)
      const statuses = new Set<number>()
      for (let index = 0; index < 8; index++) {
        statuses.add((await server.ask(email)).status)
        statuses.add((await server.ask(email)).status)
        if (index === 0) expect(await sent()).toBe(1)
        server.clock.advance(60)
      }
      expect([...statuses]).toEqual([202])
      expect(await sent()).toBe(3)
    })
  },
)

it('ASVS 6.1.1: a stranger who asks first does not keep the owner waiting', async () => {
  const server = await startSignInCodeServer(sqlite)
  try {
    const email = emailOf('otieno')
    await server.register({ email }, ['email'])
    const home = { headers: { 'x-forwarded-for': '203.0.113.7' } }
    await server.client.post('/v1/auth/login', { identifier: email, password: oldPassword }, home)
    await server.ask(email)
    const before = (await messagesTo(server.client, email)).length
    await server.client.post('/v1/auth/code', { identifier: email }, home)
    expect((await messagesTo(server.client, email)).length).toBe(before + 1)
  } finally {
    await server.close()
  }
})

it('A31, A32: takes one text for each field, and nothing else', async () => {
  const server = await startSignInCodeServer(sqlite)
  try {
    const identifier = emailOf('hamisi')
    const bodies = [
      {},
      { identifier: [identifier] },
      { identifier, delivery: 'sms' },
      { identifier, email: identifier },
    ]
    for (const body of bodies) expect((await server.post('/v1/auth/code', body)).status).toBe(422)
    const { flow } = (await server.ask(identifier)).body
    for (const body of [{ flow }, { flow, code: 123_456 }, { flow, code: '1', factor: 'totp' }])
      expect((await server.post('/v1/auth/code/confirm', body)).status).toBe(422)
  } finally {
    await server.close()
  }
})
