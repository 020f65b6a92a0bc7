import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../support/engines.ts'
import { OauthBearerFrontEnd, seen } from '../../support/oauth-bearer-front-end.ts'
import { OauthBearerServer, oauthBearerEnv } from '../../support/oauth-bearer-server.ts'
import { codeSentTo } from '../../support/sent-codes.ts'
import { startTestServer } from '../../support/test-server.ts'

describe('the users of oauth-bearer', () => {
  let old: OauthBearerServer
  beforeAll(async () => {
    old = await OauthBearerServer.start(sqlite)
  })
  afterAll(async () => await old?.close())

  it('show and change the own account', async () => {
    const { page, form, id } = await old.newUser()
    const path = `/users/${id}`
    const { body } = await page.send('GET', path)
    expect(body).toMatchObject({
      id,
      email: form.email,
      phone_number: form.phone_number,
      nid: form.nid,
    })
    expect((await page.send('GET', '/users')).body).toEqual([body])
    const changed = await page.sendJson('PUT', path, {
      ...form,
      name: 'Rahim U.',
      address: 'Dhaka',
      password: '',
    })
    expect(changed.body).toEqual({ ...body, name: 'Rahim U.', address: 'Dhaka' })
    expect(await page.start()).toBe(200)
    // The new address counts once its owner has confirmed it.
    const next = `next-${form.email}`
    expect((await page.sendJson('PUT', path, { email: next })).body).toMatchObject({ email: form.email })
    expect(await codeSentTo(old.server.client, next)).toMatch(/^\d{6}$/)
    expect((await page.sendJson('PUT', path, { password: 'another1' })).status).toBe(422)
    expect(seen(await page.send('DELETE', path))).toEqual([200, { message: 'User deleted successfully' }])
    expect(await page.start()).toBe(401)
    expect((await page.signIn(form.email, form.password)).status).toBe(400)
  })

  it('A26: reveal and change nothing of another account without the permission', async () => {
    const [owner, other] = [await old.newUser(), await old.newUser()]
    const refused = [403, { detail: 'Not enough permissions' }]
    for (const path of [`/users/${owner.id}`, '/users/999999']) {
      expect(seen(await other.page.send('GET', path))).toEqual(refused)
      expect(seen(await other.page.sendJson('PUT', path, { name: 'x' }))).toEqual(refused)
      expect(seen(await other.page.send('DELETE', path))).toEqual(refused)
    }
    expect((await other.page.send('GET', '/users')).body).toMatchObject([{ id: other.id }])
    expect(seen(await other.page.send('GET', '/users/x'))).toEqual([404, { detail: 'Not Found' }])
  })

  it('A88: send messages to new contacts no more often than the API lets one client do', async () => {
    const { form, id } = await old.newUser()
    const limited = await startTestServer(sqlite, {
      env: { ...oauthBearerEnv, PROXIMA_LIMITS: 'on' },
      databaseUrl: old.server.databaseUrl,
      clock: old.server.clock,
    })
    try {
      const page = new OauthBearerFrontEnd(`${limited.url}/old`)
      await page.signIn(form.email, form.password)
      const put = async (fields: object) => (await page.sendJson('PUT', `/users/${id}`, fields)).status
      for (let each = 0; each < 30; each++) expect(await put({ email: form.email })).toBe(200)
      expect(await put({ email: form.email })).toBe(429)
      expect(await put({ phone_number: form.phone_number })).toBe(429)
      expect(await put({ name: 'Rahim', email: '' })).toBe(200)
    } finally {
      await limited.close()
    }
  })

  it('let an administrator list, change and delete users below their rank', async () => {
    const admin = await old.newAdmin()
    const user = await old.newUser()
    const path = `/users/${user.id}`
    const listed: { readonly id: number }[] = (await admin.page.send('GET', '/users')).body
    expect(listed.map(({ id }) => id)).toEqual(expect.arrayContaining([admin.id, user.id]))
    expect((await admin.page.send('GET', '/users?after=999999')).status).toBe(404)
    const page = (await admin.page.send('GET', `/users?after=${admin.id}&limit=1`)).body
    expect(page).toMatchObject([{ id: user.id }])
    const changed = await admin.page.sendJson('PUT', path, { name: 'Karim', nid: '7' })
    expect(changed.body).toMatchObject({ id: user.id, name: 'Karim', nid: '7', email: user.form.email })
    expect(await user.page.start()).toBe(200)
    expect(seen(await admin.page.send('GET', '/users/999999'))).toEqual([404, { detail: 'Not Found' }])
    expect((await admin.page.send('DELETE', path)).status).toBe(200)
    expect(await user.page.start()).toBe(401)
  })
})
