import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inTransaction } from '../../../src/platform/database/transactions.ts'
import { engines, sqlite } from '../../support/engines.ts'
import { frontEndOrigin, OauthBearerFrontEnd, seen } from '../../support/oauth-bearer-front-end.ts'
import { newForm, OauthBearerServer, oauthBearerEnv } from '../../support/oauth-bearer-server.ts'
import { startTestServer, type TestServer } from '../../support/test-server.ts'

const notValidated = [401, { detail: 'Could not authenticate user' }]

describe('the old pages of oauth-bearer', () => {
  let old: OauthBearerServer
  beforeAll(async () => {
    old = await OauthBearerServer.start(sqlite)
  })
  afterAll(async () => await old?.close())

  it('are let in from the first start to the end of the session', async () => {
    const page = old.openPage()
    expect(await page.start()).toBe(401)
    expect(seen(await page.profile())).toEqual(notValidated)
    const form = newForm({ address: '12 Lake Road' })
    const created = await page.register(form)
    expect(seen(created)).toEqual([
      200,
      [
        {
          id: expect.any(Number),
          name: form.name,
          email: form.email,
          role_id: 1,
          address: form.address,
          nid: form.nid,
          phone_number: form.phone_number,
          verified: false,
          created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
        },
      ],
    ])
    expect(page.letsUserIn).toBe(true)
    expect(page.letsAdministratorIn).toBe(false)
    expect(page.user).toEqual({
      id: expect.any(Number),
      name: form.name,
      email: form.email,
      role_id: 1,
      nid: form.nid,
      verified: false,
    })
    // A day before the old token would have ended, it still works.
    old.server.clock.advance(6 * 86_400)
    expect(await page.start()).toBe(200)
    old.server.clock.advance(86_400)
    expect(await page.start()).toBe(401)
    page.signOut()
    const answer = await page.signIn(form.email, form.password)
    expect(answer.body).toEqual({ access_token: expect.any(String), token_type: 'Bearer' })
    expect(page.letsUserIn).toBe(true)
  })

  it('A46: give no one the role of an administrator on request', async () => {
    const { page, id } = await old.newUser({ role_id: 2, verified: true })
    expect(page.user).toMatchObject({ role_id: 1, verified: false })
    expect((await page.sendJson('PUT', `/users/${id}`, { role_id: 2 })).body).toMatchObject({ role_id: 1 })
    expect(page.letsAdministratorIn).toBe(false)
    const admin = await old.newAdmin()
    expect(admin.page.letsAdministratorIn).toBe(true)
  })

  it('number the accounts, one after the other', async () => {
    const first = await old.newUser()
    const second = await old.newUser()
    expect(second.id).toBe(first.id + 1)
  })

  it('get the old sentence for an address that is taken, and for wrong passwords and unknown addresses', async () => {
    const { form } = await old.newUser()
    const page = old.openPage()
    expect(seen(await page.register(form))).toEqual([
      400,
      { detail: { message: 'an user with the provided email already exists' } },
    ])
    const other = newForm({ phone_number: form.phone_number })
    expect(seen(await page.register(other))).toEqual([
      400,
      { detail: { message: 'an user with the provided phone number already exists' } },
    ])
    const wrong = [400, { detail: 'User not found' }]
    expect(seen(await page.signIn(form.email, 'wrong'))).toEqual(wrong)
    expect(seen(await page.signIn('unknown@example.com', form.password))).toEqual(wrong)
    expect(seen(await page.signIn('not an address', form.password))).toEqual(wrong)
  })

  it('sign in with a form of either type, and with the further fields of OAuth', async () => {
    const { form } = await old.newUser()
    const page = old.openPage()
    const fields = { username: form.email, password: form.password }
    expect((await page.postForm('/login', fields)).status).toBe(200)
    const more = { grant_type: 'password', scope: '', client_id: '', client_secret: '' }
    expect((await page.postForm('/login', { ...fields, ...more })).status).toBe(200)
    expect((await page.postForm('/login', { ...fields, grant_type: 'code' })).status).toBe(422)
    const missing = (name: string) => ({
      type: 'missing',
      loc: ['body', name],
      msg: 'Field required',
      input: null,
      url: 'https://errors.pydantic.dev/2.0.2/v/missing',
    })
    const both = [422, { detail: [missing('username'), missing('password')] }]
    expect(seen(await page.postForm('/login', {}))).toEqual(both)
    expect(seen(await page.postJson('/login', fields))).toEqual(both)
    expect(seen(await page.send('POST', '/login'))).toEqual(both)
  })

  it('accept nulls and empty texts where the old API did', async () => {
    const form = newForm({ name: '', phone_number: '', address: null, nid: '', role_id: null })
    const page = old.openPage()
    const created = await page.postJson('/create', form)
    expect(created.status, created.text).toBe(200)
    expect(created.body).toMatchObject([{ name: form.email, phone_number: null, address: null, nid: '' }])
  })

  it('ignore a credential that no longer works on public paths', async () => {
    const { page, form } = await old.newUser()
    const id = await old.accountOf(page.user?.id ?? 0)
    await inTransaction(old.services.db, (db) => old.services.sessions.endAll(db, id))
    expect(await page.start()).toBe(401)
    expect((await page.signIn(form.email, form.password)).status).toBe(200)
    expect(seen(await page.send('GET', '/'))).toEqual([200, { message: 'Hello' }])
  })

  it('call from another origin, as a browser lets them', async () => {
    const page = old.openPage()
    for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
      const { status, headers } = await page.sendAs('OPTIONS', '/users/1', {
        headers: {
          origin: frontEndOrigin,
          'access-control-request-method': method,
          'access-control-request-headers': 'authorization,content-type',
        },
      })
      expect(status).toBe(200)
      expect(headers.get('access-control-allow-origin')).toBe(frontEndOrigin)
      expect(headers.get('access-control-allow-methods')).toContain(method)
      expect(headers.get('access-control-allow-headers')).toBe('authorization,content-type')
    }
    const refused = await page.profile()
    expect(refused.headers.get('access-control-allow-origin')).toBe(frontEndOrigin)
  })

  it('pass the tests of the old backend', async () => {
    const page = old.openPage()
    const form = newForm({ verified: true })
    const created = (await page.postJson('/create', form)).body
    expect(created[0]).toMatchObject({ email: form.email, id: expect.any(Number) })
    const fields = { username: form.email, password: form.password }
    page.jwt = (await page.postForm('/login', fields)).body.access_token
    expect((await page.profile()).body).toMatchObject({ email: form.email })
    expect((await page.postForm('/forgot', { email: form.email })).body).toEqual({
      message: 'Verification Code Sent successfully',
    })
    expect(seen(await page.postForm('/validate', { code_from_user: '123' }))).toEqual([
      404,
      { detail: { message: 'Invalid Code Provided' } },
    ])
    for (const [method, path] of [
      ['POST', '/create'],
      ['GET', '/profile'],
      ['POST', '/forgot'],
      ['POST', '/validate'],
      ['POST', '/login'],
    ] as const)
      expect([404, 405]).not.toContain((await page.send(method, path)).status)
  })
})

describe.each(engines)('two registrations at once by oauth-bearer on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env: oauthBearerEnv })
  })
  afterAll(async () => await server?.close())

  it('I1: get two ids', async () => {
    const page = new OauthBearerFrontEnd(`${server.url}/old`)
    const answers = await Promise.all(Array.from({ length: 4 }, () => page.postJson('/create', newForm())))
    const ids = answers.map(({ body }) => Number(body[0].id))
    expect(ids.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4])
  })
})
