import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wrongCode } from '../../../../tests/support/codes.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { addTotp, codesByEmail, totpCode } from '../../../../tests/support/factors.ts'
import {
  emailOf,
  newPassword,
  oldPassword,
  phoneOf,
  type RecoveryServer,
  startRecoveryServer,
} from '../../../../tests/support/recovery.ts'
import { codeSentTo, messagesTo } from '../../../../tests/support/sent-codes.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import type { TestServer } from '../../../../tests/support/test-server.ts'

const day = 86_400
const everyone = { PROXIMA_SECOND_FACTOR: 'required', PROXIMA_SECOND_FACTOR_CODES: 'email,phone_number' }

/** The claims of the access token in the answer. */
function claimsOf({ body }: Answer): object {
  const [, payload = ''] = String(body.access_token).split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
}

/** The calls of someone whose first factor was right. */
function callsOf(server: RecoveryServer) {
  const send = ({ body }: Answer, factor: string, node?: TestServer) =>
    server.post('/v1/auth/mfa/send', { challenge: body.challenge, factor }, node)
  const give = ({ body }: Answer, factor: string, code: string, node?: TestServer) =>
    server.post('/v1/auth/mfa', { challenge: body.challenge, factor, code }, node)
  /** Sends a code for this sign-in, and takes it from the message. */
  const codeFor = async (asked: Answer, factor: string, contact: string) => {
    const sent = await send(asked, factor)
    if (sent.status !== 202) throw new Error(`the request was answered ${sent.text}`)
    return await codeSentTo(server.client, contact)
  }
  return { send, give, codeFor }
}

describe.each(engines)('a code that is sent as the second factor, on $name', (engine) => {
  let server: RecoveryServer
  let calls: ReturnType<typeof callsOf>
  beforeAll(async () => {
    server = await startRecoveryServer(engine, everyone)
    calls = callsOf(server)
  })
  afterAll(async () => await server?.close())

  async function newOwner() {
    const email = emailOf('amina')
    const { id, username } = await server.register({ email }, ['email'])
    const login = (password = oldPassword) => server.login(username, password)
    return { id, email, username, login }
  }

  it('is asked of an account that must have one and has added none', async () => {
    const { login } = await newOwner()
    const asked = await login()
    expect([asked.status, asked.body.code]).toEqual([401, 'mfa_required'])
    expect(asked.body.factors).toEqual(['email'])
    expect(asked.body.challenge).toMatch(/^pxm_/)
  })

  it('finishes the sign-in, and no token says that an email is a factor', async () => {
    const { email, login } = await newOwner()
    const asked = await login()
    const sent = await calls.send(asked, 'email')
    expect([sent.status, sent.body]).toEqual([202, { expires_in: 300, resend_after: 60 }])
    const answer = await calls.give(asked, 'email', await codeSentTo(server.client, email))
    expect(answer.status, answer.text).toBe(200)
    expect(claimsOf(answer)).toMatchObject({ amr: ['pwd', 'email'], acr: 'urn:proxima:aal1' })
    const token = String(answer.body.access_token)
    expect((await server.client.me(token)).status).toBe(200)
    const { refresh_token } = answer.body
    expect((await server.post('/v1/auth/refresh', { refresh_token })).status).toBe(200)
  })

  it('is a factor if it is a text message, which is restricted', async () => {
    const phone = phoneOf()
    const { username } = await server.register({ phone_number: phone }, ['phone_number'])
    const asked = await server.login(username, oldPassword)
    expect(asked.body.factors).toEqual(['phone_number'])
    const answer = await calls.give(asked, 'phone_number', await calls.codeFor(asked, 'phone_number', phone))
    expect(claimsOf(answer)).toMatchObject({ amr: ['pwd', 'sms', 'mfa'], acr: 'urn:proxima:aal2' })
  })

  it('leaves the owner free to add a factor of their own, which is then asked for instead', async () => {
    const { email, login } = await newOwner()
    const asked = await login()
    const { body } = await calls.give(asked, 'email', await calls.codeFor(asked, 'email', email))
    await addTotp(server.client, String(body.access_token), server.clock)
    const next = await login()
    expect(next.body.factors).toEqual(['totp', 'recovery_code'])
    const refused = await calls.send(next, 'email')
    expect([refused.status, refused.body.code]).toEqual([422, 'validation_failed'])
  })

  it('A10: never goes to a contact that no one has confirmed', async () => {
    const { username } = await server.register({ email: emailOf('amina'), phone_number: phoneOf() })
    expect((await server.login(username, oldPassword)).body.code).toBe('factor_enrolment_required')
  })

  it('A81: works once, and only with the challenge that it was sent for (A83)', async () => {
    const { email, login } = await newOwner()
    const [asked, other] = [await login(), await login()]
    const code = await calls.codeFor(asked, 'email', email)
    expect((await calls.give(other, 'email', code)).body.code).toBe('mfa_required')
    expect((await calls.give(asked, 'phone_number', code)).body.code).toBe('mfa_required')
    expect((await calls.give(asked, 'email', code)).status).toBe(200)
    expect((await calls.give(asked, 'email', code)).body.code).toBe('invalid_token')
    expect((await calls.give(other, 'email', code)).body.code).toBe('mfa_required')
  })

  it('A83: does not work for someone else', async () => {
    const [amina, wanja] = [await newOwner(), await newOwner()]
    const code = await calls.codeFor(await amina.login(), 'email', amina.email)
    expect((await calls.give(await wanja.login(), 'email', code)).body.code).toBe('mfa_required')
  })

  it('A82: no longer works after a newer one was sent', async () => {
    const { email, login } = await newOwner()
    const asked = await login()
    const older = await calls.codeFor(asked, 'email', email)
    server.clock.advance(61)
    const newer = await calls.codeFor(asked, 'email', email)
    expect((await calls.give(asked, 'email', older)).body.code).toBe('mfa_required')
    expect((await calls.give(asked, 'email', newer)).status).toBe(200)
  })

  it('A88: sends no other one within a minute, and few within an hour', async () => {
    // The cap counts by hours.
    server.clock.advance(3_600 - (Math.floor(server.clock.now().getTime() / 1_000) % 3_600))
    const { email, login } = await newOwner()
    const asked = await login()
    await calls.send(asked, 'email')
    server.clock.advance(20)
    const again = await calls.send(asked, 'email')
    expect([again.status, again.body.resend_after]).toEqual([202, 40])
    expect(await messagesTo(server.client, email)).toHaveLength(1)
    for (let turn = 0; turn < 8; turn++) {
      server.clock.advance(61)
      await calls.send(await login(), 'email')
    }
    expect(await messagesTo(server.client, email)).toHaveLength(3)
  })

  it('A40: counts guesses for the account, whatever the challenge and the code', async () => {
    const { email, login } = await newOwner()
    for (let turn = 0; turn < 5; turn++) {
      const asked = await login()
      const code = await calls.codeFor(asked, 'email', email)
      expect((await calls.give(asked, 'email', wrongCode(code))).status).toBe(401)
      if (turn % 2 === 1) server.clock.advance(3_600)
    }
    const asked = await login()
    server.clock.advance(61)
    await calls.send(asked, 'email')
    const code = await codeSentTo(server.client, email)
    const limited = await calls.give(asked, 'email', code)
    expect(limited.status).toBe(429)
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(100)
  })

  it('I4: answers an unknown, a used and an old challenge alike', async () => {
    const { login } = await newOwner()
    const late = await login()
    server.clock.advance(301)
    const unknown = { body: { challenge: `pxm_${'A'.repeat(43)}` } } as Answer
    const answers = [await calls.send(unknown, 'email'), await calls.send(late, 'email')]
    for (const { status, body } of answers) expect([status, body.code]).toEqual([401, 'invalid_token'])
    const [one, two] = answers.map(({ text }) => text.replace(/"request_id":"[^"]*"/, ''))
    expect(one).toBe(two)
  })

  it('is no proof for a step-up, and changes no factor', async () => {
    const { email, login } = await newOwner()
    const asked = await login()
    const { body } = await calls.give(asked, 'email', await calls.codeFor(asked, 'email', email))
    const given = { factor: 'email', code: '123456' }
    const refused = await server.client.post('/v1/me/reauthentication', given, { token: body.access_token })
    expect(refused.status).toBe(422)
  })

  it('can be finished on another server', async () => {
    const { email, login } = await newOwner()
    const asked = await login()
    const code = await calls.codeFor(asked, 'email', email)
    expect((await calls.give(asked, 'email', code, server.other)).status).toBe(200)
    expect((await calls.give(asked, 'email', code)).body.code).toBe('invalid_token')
  })

  it('does not go to the mailbox whose code was the first factor', async () => {
    const email = emailOf('amina')
    await server.register({ email, phone_number: phoneOf() }, ['email', 'phone_number'])
    const { body } = await server.post('/v1/auth/code', { identifier: email })
    const given = { flow: body.flow, code: await codeSentTo(server.client, email) }
    const asked = await server.post('/v1/auth/code/confirm', given)
    expect([asked.status, asked.body.code]).toEqual([401, 'mfa_required'])
    expect(asked.body).toMatchObject({ challenge: null, factors: [] })
    expect(asked.text).not.toMatch(/pxe_|access_token/)
  })

  it('A95: does not go to the contact by which the password was just recovered', async () => {
    const { email, login } = await newOwner()
    await server.reset(await server.tokenFor(email), newPassword)
    const asked = await login(newPassword)
    expect([asked.status, asked.body.code]).toEqual([401, 'mfa_required'])
    expect(asked.body).toMatchObject({ challenge: null, factors: [] })
    expect(asked.text).not.toMatch(/pxe_|access_token/)
    server.clock.advance(day)
    expect((await login(newPassword)).body.factors).toEqual(['email'])
  })

  it('A95: goes to the other contact after a recovery', async () => {
    const [email, phone] = [emailOf('amina'), phoneOf()]
    const { username } = await server.register({ email, phone_number: phone }, ['email', 'phone_number'])
    await server.reset(await server.tokenFor(email), newPassword)
    const asked = await server.login(username, newPassword)
    expect(asked.body.factors).toEqual(['phone_number'])
    expect((await calls.send(asked, 'email')).status).toBe(422)
    const answer = await calls.give(asked, 'phone_number', await calls.codeFor(asked, 'phone_number', phone))
    expect(answer.status, answer.text).toBe(200)
    // A text message does not show that the mailbox is still the owner's.
    expect((await server.login(username, newPassword)).body.factors).toEqual(['phone_number'])
  })

  it('I2: is refused if the password was recovered after it was sent', async () => {
    const { email, login } = await newOwner()
    const asked = await login()
    const code = await calls.codeFor(asked, 'email', email)
    await server.reset(await server.tokenFor(email), newPassword)
    expect((await calls.give(asked, 'email', code)).body.code).toBe('invalid_token')
  })
})

describe.each(engines)('a code that is sent in place of a factor, on $name', (engine) => {
  let server: RecoveryServer
  let calls: ReturnType<typeof callsOf>
  beforeAll(async () => {
    server = await startRecoveryServer(engine, codesByEmail)
    calls = callsOf(server)
  })
  afterAll(async () => await server?.close())

  async function newOwner() {
    const email = emailOf('amina')
    const { username } = await server.register({ email }, ['email'])
    const { body } = await server.login(username, oldPassword)
    const { secret } = await addTotp(server.client, String(body.access_token), server.clock)
    return { email, username, secret, login: (password = oldPassword) => server.login(username, password) }
  }

  it('comes after the stronger ones, and proves no factor of the owner', async () => {
    const { email, login } = await newOwner()
    const asked = await login()
    expect(asked.body.factors).toEqual(['totp', 'recovery_code', 'email'])
    const { body } = await calls.give(asked, 'email', await calls.codeFor(asked, 'email', email))
    const token = String(body.access_token)
    const started = await server.client.send('POST', '/v1/me/factors/totp', undefined, { token })
    expect([started.status, started.body.code]).toEqual([403, 'step_up_required'])
  })

  it('A95: goes to the mailbox again once the owner has given a factor of their own', async () => {
    const { email, login, secret } = await newOwner()
    await server.reset(await server.tokenFor(email), newPassword)
    const asked = await login(newPassword)
    expect(asked.body.factors).toEqual(['totp', 'recovery_code'])
    server.clock.advance(30)
    const answer = await calls.give(asked, 'totp', await totpCode(secret, server.clock))
    expect(answer.status, answer.text).toBe(200)
    expect((await login(newPassword)).body.factors).toEqual(['totp', 'recovery_code', 'email'])
  })

  it('is not asked of people who have added no factor and need none', async () => {
    const { username } = await server.register({ email: emailOf('amina') }, ['email'])
    expect((await server.login(username, oldPassword)).status).toBe(200)
  })
})

describe.each(engines)('a code as the second factor, if the settings say nothing, on $name', (engine) => {
  let server: RecoveryServer
  beforeAll(async () => {
    server = await startRecoveryServer(engine)
  })
  afterAll(async () => await server?.close())

  it('is not offered, and not sent', async () => {
    const email = emailOf('amina')
    const { username } = await server.register({ email }, ['email'])
    const { body } = await server.login(username, oldPassword)
    await addTotp(server.client, String(body.access_token), server.clock)
    const asked = await server.login(username, oldPassword)
    expect(asked.body.factors).toEqual(['totp', 'recovery_code'])
    expect((await callsOf(server).send(asked, 'email')).status).toBe(422)
    expect(
      (await messagesTo(server.client, email)).filter(({ template }) => template === 'second_factor_code'),
    ).toEqual([])
  })
})
