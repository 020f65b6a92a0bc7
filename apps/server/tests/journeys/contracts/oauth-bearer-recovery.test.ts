import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../support/engines.ts'
import { OauthBearerFrontEnd, seen } from '../../support/oauth-bearer-front-end.ts'
import { OauthBearerServer, oauthBearerEnv } from '../../support/oauth-bearer-server.ts'
import { requestFrom } from '../../support/request-context.ts'
import { codeSentTo } from '../../support/sent-codes.ts'
import { startTestServer } from '../../support/test-server.ts'

describe('a password that a user of oauth-bearer has forgotten', () => {
  let old: OauthBearerServer
  beforeAll(async () => {
    old = await OauthBearerServer.start(sqlite)
  })
  afterAll(async () => await old?.close())

  it('lead from a forgotten password to a new one, with the code alone', async () => {
    const { form, id } = await old.newUser()
    const page = old.openPage()
    const sent = [200, { message: 'Verification Code Sent successfully' }]
    expect(seen(await page.postForm('/forgot', { email: form.email }))).toEqual(sent)
    const code = await codeSentTo(old.server.client, form.email)
    const wrong = await page.postForm('/validate', { code_from_user: '123' })
    expect(seen(wrong)).toEqual([404, { detail: { message: 'Invalid Code Provided' } }])
    // An old page may read the code as a number.
    const validated = await page.postForm('/validate', { code_from_user: String(Number(code)) })
    expect(validated.body).toMatchObject({ message: 'Code validated successfully', expires_in: 600 })
    const reset = { recovery_token: validated.body.recovery_token, new_password: 'pass456' }
    expect((await page.postForm('/validate', { ...reset, new_password: 'short' })).status).toBe(422)
    expect(seen(await page.postForm('/validate_code', reset))).toEqual([
      200,
      { message: 'Code validated successfully' },
    ])
    expect((await page.signIn(form.email, form.password)).status).toBe(400)
    expect((await page.signIn(form.email, 'pass456')).status).toBe(200)
    expect(page.user?.id).toBe(id)
  })

  it('set the new password in one step, with the address as well', async () => {
    const { form } = await old.newUser()
    const page = old.openPage()
    await page.postForm('/forgot_password', { email: form.email })
    const code_from_user = await codeSentTo(old.server.client, form.email)
    const elsewhere = { headers: { 'user-agent': 'Another browser' } }
    const fields = { code_from_user, new_password: 'pass789' }
    const alone = await page.send('POST', '/validate', { ...elsewhere, body: new URLSearchParams(fields) })
    expect(alone.status).toBe(404)
    const body = new URLSearchParams({ ...fields, email: form.email })
    expect((await page.send('POST', '/validate', { ...elsewhere, body })).status).toBe(200)
    expect((await page.signIn(form.email, 'pass789')).status).toBe(200)
  })

  it('A36: say nothing about whether an address has an account when someone has forgotten the password', async () => {
    const { form } = await old.newUser()
    const page = old.openPage()
    const answers = [form.email, 'unknown@example.com'].map((email) => page.postForm('/forgot', { email }))
    const [known, unknown] = (await Promise.all(answers)).map(seen)
    expect(known).toEqual(unknown)
    expect((await page.postForm('/validate', { code_from_user: '123456' })).status).toBe(404)
  })

  it('A40: count guesses for the account, however many clients make them', async () => {
    const { form } = await old.newUser()
    const limited = await startTestServer(sqlite, {
      env: { ...oauthBearerEnv, PROXIMA_LIMITS: 'on' },
      databaseUrl: old.server.databaseUrl,
      clock: old.server.clock,
    })
    try {
      const page = new OauthBearerFrontEnd(`${limited.url}/old`)
      await page.postForm('/forgot', { email: form.email })
      const code = await codeSentTo(old.server.client, form.email)
      const guess = code === '111111' ? '222222' : '111111'
      for (let each = 0; each < 5; each++) await page.postForm('/validate', { code_from_user: guess })
      const answer = await page.postForm('/validate', { code_from_user: code, email: form.email })
      expect(answer.status).not.toBe(200)
    } finally {
      await limited.close()
    }
  })

  it('A36: say nothing about accounts, nor about which identifiers belong to one, by how many codes were wrong', async () => {
    const { form } = await old.newUser()
    const limited = await startTestServer(sqlite, {
      env: { ...oauthBearerEnv, PROXIMA_LIMITS: 'on' },
      databaseUrl: old.server.databaseUrl,
      clock: old.server.clock,
    })
    try {
      const page = new OauthBearerFrontEnd(`${limited.url}/old`)
      const statusAfter = async (email: string) => {
        await page.postForm('/forgot', { email })
        return (await page.postForm('/validate', { code_from_user: '000000' })).status
      }
      const statusesOf = async (email: string) => {
        const statuses: number[] = []
        for (let each = 0; each < 7; each++) statuses.push(await statusAfter(email))
        return statuses
      }
      const unknown = await statusesOf('unknown-one@example.com')
      expect(unknown).toContain(429)
      // Once the limit of one identifier is reached, another is answered as if nothing had happened.
      expect(await statusAfter('unknown-two@example.com')).toBe(404)
      expect(await statusesOf(form.email)).toEqual(unknown)
      // The limit of the address in the API has not been touched, whether or not an account has it.
      for (const identifier of [form.email, 'unknown-one@example.com']) {
        const answer = await limited.client.post('/v1/auth/recovery/verify', { identifier, code: '000000' })
        expect(answer.body.code).toBe('code_invalid')
      }
    } finally {
      await limited.close()
    }
  })

  it('I13: have asked as one client from all addresses of their network, and in one browser', async () => {
    const { form } = await old.newUser()
    const { recoveryClients } = old.services
    const from = (host: string) => requestFrom(`2001:db8:1:${host}`)
    await recoveryClients.remember(form.email, from('2::a'))
    const emailFor = async (context: ReturnType<typeof from>) =>
      (await recoveryClients.lookUp(context)).account?.email
    expect(await emailFor(from('2:ffff::b'))).toBe(form.email)
    const others = [from('3::a'), { ...from('2::a'), userAgent: 'Another browser' }]
    for (const other of others) expect(await emailFor(other)).toBeUndefined()
    old.server.clock.advance(601)
    expect(await emailFor(from('2::a'))).toBeUndefined()
  })
})
