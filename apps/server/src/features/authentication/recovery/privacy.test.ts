import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wrongCode } from '../../../../tests/support/codes.ts'
import { engines } from '../../../../tests/support/engines.ts'
import {
  emailOf,
  newPassword,
  type RecoveryServer,
  startRecoveryServer,
} from '../../../../tests/support/recovery.ts'
import { codeSentTo, linkTokenSentTo, messagesTo } from '../../../../tests/support/sent-codes.ts'

describe.each(engines)('asking for a recovery on $name', (engine) => {
  let server: RecoveryServer
  beforeAll(async () => {
    server = await startRecoveryServer(engine)
  })
  afterAll(async () => await server?.close())

  it('I4, A36: answers a stranger like an owner, in every step', async () => {
    const email = emailOf('dalila')
    await server.register({ email }, ['email'])
    const suspended = emailOf('suspended')
    const { id } = await server.register({ email: suspended }, ['email'])
    await server.db.updateTable('accounts').set({ status: 'suspended' }).where('id', '=', id).execute()
    const { username: contactless } = await server.register({})
    const identifiers = [
      email,
      suspended,
      contactless,
      emailOf('nobody'),
      'nobody-here',
      '+254700000000',
      '',
      ' @ ',
    ]
    const steps = [
      (identifier: string) => server.request(identifier),
      (identifier: string) => server.verify(identifier, '000000'),
    ]
    for (const step of steps) {
      const answers = []
      for (const identifier of identifiers) {
        const { status, text, headers } = await step(identifier)
        const { request_id: _, ...body } = JSON.parse(text)
        answers.push(JSON.stringify({ status, body, names: [...headers.keys()].sort() }))
      }
      expect(new Set(answers).size, answers.join('\n')).toBe(1)
    }
    expect(await messagesTo(server.client, suspended)).toEqual([])
  })

  it('I4: writes the same rows for a stranger as for an owner', async () => {
    const email = emailOf('esther')
    await server.register({ email }, ['email'])
    const tables = ['codes', 'messages', 'audit_events'] as const
    const rowsOf = async (table: (typeof tables)[number]) => {
      const counting = server.db.selectFrom(table).select(({ fn }) => fn.countAll().as('rows'))
      return Number((await counting.executeTakeFirstOrThrow()).rows)
    }
    const count = async () => await Promise.all(tables.map(rowsOf))
    const grown = async (identifier: string) => {
      const before = await count()
      await server.request(identifier)
      return (await count()).map((rows, index) => rows - (before[index] ?? 0))
    }
    expect(await grown(email)).toEqual(await grown(emailOf('nobody')))
  })

  it('A15: sends the code to the stored address, whatever was typed', async () => {
    const email = emailOf('Faraja')
    const { username } = await server.register({ email }, ['email'])
    for (const typed of [email.toUpperCase(), ` ${email} `, username]) {
      server.clock.advance(3_600)
      const before = (await messagesTo(server.client, email)).length
      await server.request(typed)
      expect((await messagesTo(server.client, email)).length, typed).toBe(before + 1)
    }
    for (const typed of [
      email.replace('i', 'ı'),
      email.replace('k', '\u212a'),
      `${email},evil@example.com`,
    ]) {
      if (typed === email) continue
      const before = await server.db
        .selectFrom('messages')
        .select('id')
        .where('outcome', 'is', null)
        .execute()
      await server.request(typed)
      const after = await server.db.selectFrom('messages').select('id').where('outcome', 'is', null).execute()
      expect(after.length, typed).toBe(before.length)
    }
  })

  it('A31, A32: takes one text for each field, and nothing else', async () => {
    const email = emailOf('gathoni')
    for (const identifier of [[email, 'evil@example.com'], { email }, 7, null, true])
      expect((await server.post('/v1/auth/recovery', { identifier })).status).toBe(422)
    expect(
      (await server.post('/v1/auth/recovery', { identifier: email, email: 'evil@example.com' })).status,
    ).toBe(422)
    expect((await server.post('/v1/auth/recovery', { email })).status).toBe(422)
    expect((await server.post(`/v1/auth/recovery/verify`, { identifier: email, code: 123456 })).status).toBe(
      422,
    )
    expect(
      (await server.post(`/v1/auth/recovery/reset`, { recovery_token: ['a'], new_password: newPassword }))
        .status,
    ).toBe(422)
  })

  it('A40: allows five tries, from any number of clients, and a new code allows no more', async () => {
    const email = emailOf('hamisi')
    const { username } = await server.register({ email }, ['email'])
    await server.request(email)
    const code = await codeSentTo(server.client, email)
    for (let wrong = 0; wrong < 5; wrong++)
      expect(
        (
          await server.verify(
            wrong % 2 ? email : username,
            wrongCode(code),
            wrong % 2 ? server : server.other,
          )
        ).status,
      ).toBe(422)
    expect((await server.verify(email, code)).status).not.toBe(200)
    await server.request(email)
    const next = await codeSentTo(server.client, email)
    expect((await server.verify(username, next)).status).not.toBe(200)
    const link = await linkTokenSentTo(server.client, email)
    expect(link).toMatch(/^pxl_/)
    server.clock.advance(601)
    const token = await server.tokenFor(email)
    expect((await server.reset(token, newPassword)).status).toBe(204)
  })

  it('says what to do after too many wrong codes', async () => {
    const identifier = emailOf('wambui')
    const answers = []
    for (let wrong = 0; wrong < 6; wrong++) answers.push(await server.verify(identifier, '000000'))
    const [last] = answers.slice(-1)
    expect(last?.body).toMatchObject({
      code: 'rate_limited',
      detail: expect.stringMatching(/^Too many wrong codes.*Request a new code after that/),
    })
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('A88, I4: sends one code a minute, which the next request does not replace, and answers as to a stranger', async () => {
    const [email, stranger] = [emailOf('kamau'), emailOf('nobody')]
    await server.register({ email }, ['email'])
    const sent = async () =>
      (await messagesTo(server.client, email)).filter(({ template }) => template === 'recovery').length
    const ask = async (identifier: string) => {
      const { status, body } = await server.request(identifier)
      return { status, body }
    }
    await ask(email)
    const code = await codeSentTo(server.client, email)
    server.clock.advance(59)
    expect(await ask(email)).toEqual(await ask(stranger))
    expect(await sent()).toBe(1)
    expect((await server.verify(email, code)).status).toBe(200)
    await ask(email)
    server.clock.advance(60)
    await ask(email)
    expect(await sent()).toBe(3)
  })

  it('A88: sends one code for many requests at once', async () => {
    const email = emailOf('mutiso')
    await server.register({ email }, ['email'])
    for (const round of [1, 2]) {
      await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          server.post('/v1/auth/recovery', { identifier: email }, index % 2 ? server : server.other),
        ),
      )
      const sent = (await messagesTo(server.client, email)).filter(({ template }) => template === 'recovery')
      expect(sent.length).toBe(round)
      server.clock.advance(61)
    }
  })

  it('A88: sends at most three mails an hour, and answers every request alike', async () => {
    const email = emailOf('otieno')
    await server.register({ email }, ['email'])
    const answers = new Set<string>()
    const hour = 3_600_000
    server.clock.advance((hour - (server.clock.now().getTime() % hour)) / 1_000)
    for (let index = 0; index < 8; index++) {
      answers.add((await server.request(email)).text)
      server.clock.advance(60)
    }
    expect(answers.size).toBe(1)
    expect((await messagesTo(server.client, email)).length).toBe(3)
    // The newest code that was sent still works.
    expect((await server.verify(email, await codeSentTo(server.client, email))).status).toBe(200)
  })
})
