import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../support/engines.ts'
import { OauthBearerFrontEnd } from '../../support/oauth-bearer-front-end.ts'
import { newForm, OauthBearerServer, oauthBearerEnv } from '../../support/oauth-bearer-server.ts'
import { startTestServer } from '../../support/test-server.ts'

const secret = 'c7d1f0a35be94a6e8a02f6b1d94ce37f5508ab6c1e7d42f9'

/** The service for vaccinations: checks the token with the shared secret, and needs two integers in it. */
function acceptAsOldProgram(token: string) {
  const [head = '', claims = '', signature] = token.split('.')
  const expected = createHmac('sha256', secret).update(`${head}.${claims}`).digest('base64url')
  if (signature !== expected) return null
  const { id, role_id, exp, ...others } = JSON.parse(Buffer.from(claims, 'base64url').toString())
  return Number.isInteger(id) && Number.isInteger(role_id) ? { id, role_id, exp, others } : null
}

describe('a token of oauth-bearer with a shared secret', () => {
  let old: OauthBearerServer
  beforeAll(async () => {
    old = new OauthBearerServer(
      await startTestServer(sqlite, {
        env: { ...oauthBearerEnv, PROXIMA_CONTRACT_OAUTH_BEARER_TOKEN_SECRET: secret },
      }),
    )
  })
  afterAll(async () => await old?.close())

  it('has the old claims, for seven days, and the session and the audience besides', async () => {
    const { page, id } = await old.newUser()
    const accepted = acceptAsOldProgram(page.jwt ?? '')
    const now = Math.floor(old.server.clock.now().getTime() / 1_000)
    expect(accepted).toEqual({
      id,
      role_id: 1,
      exp: now + 604_800,
      others: { iat: now, sid: expect.any(String), aud: 'urn:proxima:contract:oauth-bearer' },
    })
    const admin = await old.newAdmin()
    await admin.page.signIn(admin.form.email, admin.form.password)
    expect(acceptAsOldProgram(admin.page.jwt ?? '')).toMatchObject({ id: admin.id, role_id: 2 })
  })

  it('A18: is no credential of the native API', async () => {
    const { page } = await old.newUser()
    expect((await old.server.client.me(page.jwt ?? '')).status).toBe(401)
  })

  it('A16: does not work with other claims, another signature or none', async () => {
    const { page } = await old.newUser()
    const [head = '', claims = '', signature = ''] = (page.jwt ?? '').split('.')
    const other = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), id: 1, role_id: 2 }
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url')
    const forged = Buffer.from(JSON.stringify(other)).toString('base64url')
    for (const token of [
      `${head}.${forged}.${signature}`,
      `${none}.${forged}.`,
      `${head}.${claims}.`,
      `${head}.${claims}`,
    ]) {
      page.jwt = token
      expect([token, (await page.profile()).status]).toEqual([token, 401])
    }
  })

  it('ends with its session, and at the latest after seven days', async () => {
    const { page, form, id } = await old.newUser()
    await old.services.administration.suspend(await old.accountOf(id))
    expect((await page.profile()).status).toBe(401)
    expect((await page.signIn(form.email, form.password)).status).toBe(400)
    const other = await old.newUser()
    old.server.clock.advance(604_801)
    expect((await other.page.profile()).body).toEqual({ detail: 'Could not authenticate user' })
  })

  it('has no audience if the settings leave it out', async () => {
    const without = await startTestServer(sqlite, {
      env: {
        ...oauthBearerEnv,
        PROXIMA_CONTRACT_OAUTH_BEARER_TOKEN_SECRET: secret,
        PROXIMA_CONTRACT_TOKEN_AUDIENCE: 'off',
      },
    })
    try {
      const page = new OauthBearerFrontEnd(`${without.url}/old`)
      await page.register(newForm())
      expect(page.letsUserIn).toBe(true)
      expect(acceptAsOldProgram(page.jwt ?? '')?.others).not.toHaveProperty('aud')
    } finally {
      await without.close()
    }
  })
})
