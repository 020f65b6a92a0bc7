import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../support/engines.ts'
import { connectFailing, FaultPlan } from '../support/failing-database.ts'
import { plainPng } from '../support/images.ts'
import {
  amina,
  emptyCard,
  emptyLinks,
  failed,
  fieldsSeen,
  frontEndOrigin,
  SessionCodeFrontEnd,
  said,
  seen,
  signedIn as signedInAt,
  wrongPassword,
} from '../support/session-code-front-end.ts'
import { TestClient } from '../support/test-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe('what the old front end with session codes is refused', () => {
  let server: TestServer
  const plan = new FaultPlan()
  beforeAll(async () => {
    const env = { PROXIMA_CONTRACTS: 'session-code=/old' }
    server = await startTestServer(sqlite, { env, connect: connectFailing(plan) })
  })
  afterAll(async () => await server?.close())

  const open = () => new SessionCodeFrontEnd(`${server.url}/old`)
  const signedIn = (username: string) => signedInAt(`${server.url}/old`, username)

  const sendRaw = (body: string, type = 'application/json', path = '/old/creare-cont') =>
    new TestClient(server.url).send('POST', path, body, { headers: { 'content-type': type } })

  it('gets the old answer for a code that is unknown, or missing, on every path', async () => {
    const page = open()
    const calls = {
      '/setContactDetail': said(404, 'Session not found'),
      '/setSocialLink': said(404, 'Session not found'),
      '/changePassword': failed(401, 'Session not found'),
      '/changeEmail': failed(401, 'Session not found'),
      '/changeUsername': failed(401, 'Session not found'),
    }
    for (const [path, unknown] of Object.entries(calls)) {
      page.authorization = null
      expect(seen(await page.post(path, {})), path).toEqual(failed(401, 'Authorization header is missing'))
      page.authorization = 'Bearer A1B2C3D'
      const answer = await page.post(path, {})
      expect(seen(answer), path).toEqual(unknown)
      expect(answer.headers.get('content-type')).toBe('application/json')
    }
    expect(seen(await page.delete('/deleteAccount'))).toEqual(failed(401, 'Session not found'))
  })

  it('A16, A17, A18, A26: cannot take what the API would refuse, nor what is taken', async () => {
    const page = await signedIn('farida')
    const check = async (fields: object) =>
      String((await page.post('/checkUserAndEmailForAvailability', fields)).body.message)
    for (const username of [
      'FARIDA',
      'ｆａｒｉｄａ',
      'farida@example.com',
      '0712345678',
      'a b',
      'fari\u202eda',
    ]) {
      expect(await check({ email: null, username }), username).toBe('true')
      const refused = await page.signUp({ ...amina, email: 'grace@example.com', username })
      expect([400, 409], username).toContain(refused.status)
      expect(fieldsSeen(refused)).toEqual([refused.status, ['error']])
    }
    expect(await check({ email: 'FARIDA@example.com', username: null })).toBe('true')
    // The email wins.
    expect(await check({ email: 'grace@example.com', username: 'farida' })).toBe('false')
    for (const neither of [{}, { email: '', username: '' }, { email: null, username: null }])
      expect(seen(await page.post('/checkUserAndEmailForAvailability', neither))).toEqual(
        said(400, 'Email or username must be provided'),
      )
    const taken = await page.signUp({ ...amina, email: 'farida@example.com', username: 'farida2' })
    expect(seen(taken)).toEqual(failed(409, expect.stringContaining('email address')))
  })

  it('is refused a sign-up that lacks a field, with the old names', async () => {
    const page = open()
    const { username: _, ...form } = amina
    const wrong = await page.post('/creare-cont', { ...form, email: null, firstName: 7 })
    expect(seen(wrong)).toEqual(failed(400, 'firstName: This must be a text.'))
    const missing = (await page.post('/creare-cont', { ...form, email: null })).body.error
    expect(missing).toBe('email: Give this field. username: Give this field.')
    const short = await page.signUp({
      ...amina,
      username: 'hassan',
      email: 'h@example.com',
      password: 'pass1',
    })
    expect([short.status, short.body.error]).toEqual([400, expect.stringMatching(/^password: /)])
    for (const body of ['[]', '"text"', 'null', '{', '']) {
      const answer = await sendRaw(body)
      expect(fieldsSeen(answer), body).toEqual([400, ['error']])
    }
  })

  it('A122: changes nothing if one field is refused, and names it', async () => {
    const page = await signedIn('juma')
    const before = (await page.get('/get')).body
    const links = { ...emptyLinks, gitHub: 'juma', faceBook: 'javascript:alert(1)', description: 'Hello' }
    const refused = await page.post('/setSocialLink', links)
    expect([refused.status, refused.body.error]).toEqual([400, expect.stringMatching(/^faceBook: /)])
    const card = { ...emptyCard, occupation: 'Teacher', image: plainPng(8, 8).toString('base64') }
    const cards = {
      country: { ...card, country: 'Atlantis' },
      image: { ...card, image: '!' },
      'not an image': { ...card, image: Buffer.from('<svg onload=alert(1)>').toString('base64') },
    }
    for (const [what, body] of Object.entries(cards)) {
      const answer = await page.post('/setContactDetail', body)
      expect([400, 415], what).toContain(answer.status)
      expect(fieldsSeen(answer)).toEqual([answer.status, ['error']])
    }
    expect((await page.get('/get')).body).toEqual(before)
  })

  it('A55: keeps its own session when the password changes, and no other', async () => {
    const page = await signedIn('kamau')
    const other = open()
    await other.signIn('kamau@example.com', 'pass12')
    const change = { currentPassword: 'pass12', newPassword: 'pass34', confirmPassword: '' }
    const wrong = { ...change, currentPassword: 'pass99' }
    expect(seen(await page.post('/changePassword', wrong))).toEqual(
      said(400, 'Current password is incorrect'),
    )
    for (const newPassword of ['', 'short', 'pass12']) {
      const refused = await page.post('/changePassword', { ...change, newPassword })
      expect(fieldsSeen(refused), newPassword).toEqual([400, ['error']])
    }
    expect((await other.get('/get')).status).toBe(200)
    expect((await page.post('/changePassword', change)).status).toBe(200)
    expect([(await page.get('/get')).status, (await other.get('/get')).status]).toEqual([200, 401])
    expect(seen(await other.signIn('kamau@example.com', 'pass12'))).toEqual(wrongPassword)
  })

  it('is told of a taken username, also of its own, and of one that breaks a rule', async () => {
    await signedIn('salim')
    const page = await signedIn('mwangi')
    for (const userName of ['salim', 'SALIM', 'mwangi'])
      expect(seen(await page.post('/changeUsername', { userName })), userName).toEqual(
        said(400, 'Username already taken'),
      )
    for (const userName of ['', 'a b', 'mwangi@example.com', null]) {
      const refused = await page.post('/changeUsername', { userName })
      expect(fieldsSeen(refused), String(userName)).toEqual([400, ['error']])
    }
  })

  it('I8: must sign in again for what a stolen session must not do, or send the password', async () => {
    const page = await signedIn('nia')
    server.clock.advance(601)
    const again = failed(403, expect.stringContaining('Sign in again'))
    expect(seen(await page.post('/changeUsername', { userName: 'nia.2' }))).toEqual(again)
    expect(seen(await page.post('/changeEmail', { newEmail: 'nia@new.example' }))).toEqual(again)
    expect(seen(await page.delete('/deleteAccount'))).toEqual(again)
    const proof = { currentPassword: 'pass12' }
    expect((await page.post('/changeUsername', { userName: 'nia.2', ...proof })).status).toBe(200)
    const wrong = await page.post('/changeUsername', { userName: 'nia.3', currentPassword: 'pass99' })
    expect(seen(wrong)).toEqual(said(400, 'Current password is incorrect'))
    await page.signIn('nia@example.com', 'pass12')
    expect((await page.delete('/deleteAccount')).status).toBe(200)
  })

  it('may call from its origin, and gets every error in the old shape', async () => {
    const page = await signedIn('rehema')
    for (const [path, method] of [
      ['/get', 'GET'],
      ['/setContactDetail', 'POST'],
      ['/deleteAccount', 'DELETE'],
    ] as const) {
      const { status, headers } = await page.preflight(path, method)
      expect(status).toBe(200)
      expect(headers.get('access-control-allow-origin')).toBe(frontEndOrigin)
      expect(headers.get('access-control-allow-methods')).toContain(method)
      expect(headers.get('access-control-allow-headers')).toBe('authorization,content-type')
    }
    const tooLarge = { ...emptyCard, image: 'A'.repeat(800_000) }
    const errors = {
      404: await page.get('/nothing'),
      405: await page.get('/changeEmail'),
      413: await page.post('/setContactDetail', tooLarge),
      415: await sendRaw('email=a', 'application/x-www-form-urlencoded'),
    }
    for (const [status, answer] of Object.entries(errors)) {
      expect(fieldsSeen(answer), status).toEqual([Number(status), ['error']])
      expect(answer.headers.get('content-type')).toBe('application/json')
    }
    expect(errors[404].headers.get('access-control-allow-origin')).toBe(frontEndOrigin)
  })

  it('is admitted nowhere while the database fails, and loses nothing', async () => {
    const page = await signedIn('tatu')
    plan.refuse(/"accounts"/)
    const answers = [
      await page.get('/get'),
      await page.post('/changePassword', { currentPassword: 'pass12', newPassword: 'pass34' }),
      await open().signIn('tatu@example.com', 'pass12'),
    ]
    plan.refuse(null)
    for (const answer of answers) {
      expect(fieldsSeen(answer)).toEqual([503, ['error']])
      expect(answer.headers.get('access-control-allow-origin')).toBe(frontEndOrigin)
    }
    expect((await page.get('/get')).status).toBe(200)
    expect((await open().signIn('tatu@example.com', 'pass12')).status).toBe(200)
  })
})
