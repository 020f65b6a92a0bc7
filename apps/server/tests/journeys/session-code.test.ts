import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvents } from '../support/audit-events.ts'
import { sqlite } from '../support/engines.ts'
import { plainPng, png, pngChunk } from '../support/images.ts'
import { linkTokenSentTo, messagesTo } from '../support/sent-codes.ts'
import {
  amina,
  emptyCard,
  emptyLinks,
  failed,
  frontEndOrigin,
  SessionCodeFrontEnd,
  said,
  seen,
  signedIn as signedInAt,
  wrongPassword,
} from '../support/session-code-front-end.ts'
import { TestClient } from '../support/test-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/** As large as the file dialog of the front end lets through. */
function largePicture(): Buffer {
  const small = plainPng(300, 200)
  // A private chunk, which every reader skips. A chunk has twelve bytes besides its data.
  const padding = pngChunk('prVt', Buffer.alloc(512_000 - small.length - 12, 7))
  const end = png().length - 8
  return Buffer.concat([small.subarray(0, -end), padding, small.subarray(-end)])
}

describe('the old front end with session codes', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(sqlite, { env: { PROXIMA_CONTRACTS: 'session-code=/old' } })
  })
  afterAll(async () => await server?.close())

  const open = () => new SessionCodeFrontEnd(`${server.url}/old`)
  const signedIn = (username: string) => signedInAt(`${server.url}/old`, username)

  it('goes from the first page to the last', async () => {
    const page = open()
    // The first request of a page without a code.
    page.authorization = 'Bearer'
    const free = { email: 'amina@example.com', username: null }
    expect(seen(await page.post('/checkUserAndEmailForAvailability', free))).toEqual(said(200, 'false'))
    const name = { email: null, username: 'amina' }
    expect(seen(await page.post('/checkUserAndEmailForAvailability', name))).toEqual(said(200, 'false'))
    expect(seen(await page.signUp(amina))).toEqual(said(201, 'The user account is create with succes'))
    expect(seen(await page.post('/checkUserAndEmailForAvailability', free))).toEqual(said(200, 'true'))
    expect(seen(await page.post('/checkUserAndEmailForAvailability', name))).toEqual(said(200, 'true'))

    expect(seen(await page.signIn('amina@example.com', 'pass13'))).toEqual(wrongPassword)
    const { status, body, headers } = await page.signIn('amina@example.com', 'pass12')
    expect([status, body]).toEqual([200, { message: expect.stringMatching(/^pxs_[\w-]{43}$/), code: '200' }])
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('access-control-allow-origin')).toBe(frontEndOrigin)

    expect(seen(await page.get('/get'))).toEqual([
      200,
      {
        ...{ HomeAddress: null, Country: null, County: null, Occupation: null, Image: '' },
        ...{ FullName: 'Amina Odhiambo', Email: 'amina@example.com', Description: null },
        ...{ LinkedIn: null, FaceBook: null, GitHub: null, Instagram: null, Twitter: null, Youtube: null },
      },
    ])

    const card = { occupation: 'Teacher', homeAddress: '1 Moi Avenue', country: 'Kenya', county: 'Kisumu' }
    const picture = largePicture()
    const sent = { ...card, image: picture.toString('base64') }
    expect(picture).toHaveLength(512_000)
    expect(seen(await page.post('/setContactDetail', sent))).toEqual(
      said(200, 'Contact details set successfully'),
    )
    const links = { linkedIn: 'https://www.linkedin.com/in/amina', gitHub: 'amina', description: 'I teach.' }
    expect(seen(await page.post('/setSocialLink', { ...emptyLinks, ...links }))).toEqual(
      said(200, 'Social links updated successfully'),
    )
    const profile = (await page.get('/getProfile')).body
    expect(profile).toMatchObject({
      ...{ Occupation: 'Teacher', HomeAddress: '1 Moi Avenue', Country: 'Kenya', County: 'Kisumu' },
      ...{ LinkedIn: 'https://www.linkedin.com/in/amina', GitHub: 'https://github.com/amina' },
      ...{ FaceBook: null, Description: 'I teach.' },
    })
    // Decoded and encoded again, without what else was in the file.
    const shown = Buffer.from(String(profile.Image), 'base64')
    expect(await sharp(shown).metadata()).toMatchObject({ format: 'jpeg', width: 512, height: 512 })
    expect(shown.length).toBeLessThan(100_000)

    const change = { currentPassword: 'pass12', newPassword: 'pass34', confirmPassword: '' }
    expect(seen(await page.post('/changeUsername', { userName: 'amina.o' }))).toEqual(
      said(200, 'Username changed successfully'),
    )
    expect(seen(await page.post('/changePassword', change))).toEqual(
      said(200, 'Password changed successfully'),
    )
    expect((await page.get('/get')).status, 'the code goes on working').toBe(200)
    expect(seen(await page.delete('/deleteAccount'))).toEqual(said(200, 'Account deleted successfully'))

    // The page only forgets the code, and its HTTP client still sends it.
    expect(seen(await page.get('/get'))).toEqual(failed(401, 'Session not found'))
    expect(seen(await page.signIn('amina@example.com', 'pass34'))).toEqual(wrongPassword)
  })

  it('is answered after any word, or none, and never by a cookie', async () => {
    const page = await signedIn('baraka')
    const code = page.authorization?.slice('Bearer '.length) ?? ''
    for (const right of [code, `bearer ${code}`, `Token ${code}`, `undefined  ${code}`]) {
      page.authorization = right
      expect((await page.get('/get')).status, right).toBe(200)
    }
    const { body } = await server.client.login({ email: 'baraka@example.com', password: 'pass12' })
    const wrong = ['Bearer', 'Bearer ', 'Bearer null', 'A1B2C3D', 'Bearer A1B2C3D', `Bearer ${code} more`]
    for (const unknown of [...wrong, `Bearer ${body.access_token}`]) {
      page.authorization = unknown
      expect(seen(await page.get('/get')), unknown).toEqual(failed(401, 'Session not found'))
    }
    const { status, text } = await new TestClient(server.url).get('/old/get', {
      headers: { cookie: `__Host-proxima=${code}` },
    })
    expect([status, JSON.parse(text)]).toEqual(failed(401, 'Authorization header is missing'))
  })

  it('may send an old code to public paths, which do not read it', async () => {
    const page = await signedIn('chebet')
    page.authorization = 'Bearer A1B2C3D'
    expect((await page.get('/')).body).toEqual({ message: 'The server is running' })
    expect((await page.signIn('chebet@example.com', 'pass12')).body.code).toBe('200')
    page.authorization = 'Bearer A1B2C3D'
    expect((await page.signIn('chebet@example.com', 'pass12', '/login')).body.code).toBe('200')
    expect((await page.get('/get')).body.Email).toBe('chebet@example.com')
  })

  it('signs up where it signs in, as a former version of its form did', async () => {
    const page = open()
    const form = { ...amina, email: 'dalila@example.com', username: 'dalila' }
    expect(seen(await page.signUp(form, '/intra-in-cont'))).toEqual(
      said(201, 'The user account is create with succes'),
    )
    expect(seen(await page.signUp(form, '/login'))[0]).toBe(200)
    const nulls = {
      email: form.email,
      password: form.password,
      firstName: null,
      lastName: '',
      username: null,
    }
    expect((await page.post('/intra-in-cont', nulls)).body.code).toBe('200')
  })

  it('is told that an empty form is a wrong password', async () => {
    const page = open()
    const forms = [
      { email: '', password: '' },
      { email: null, password: null },
      { email: 'amina@example.com', password: null },
      { email: 'nobody@example.com', password: 'pass12' },
      {},
    ]
    for (const form of forms) expect(seen(await page.post('/intra-in-cont', form))).toEqual(wrongPassword)
  })

  it('empties what it sends as null, and keeps the picture unless it sends an empty one', async () => {
    const page = await signedIn('imani')
    const image = plainPng(8, 8).toString('base64')
    const card = { ...emptyCard, occupation: 'Teacher', county: 'Kisumu', image }
    expect((await page.post('/setContactDetail', card)).status).toBe(200)
    expect((await page.post('/setContactDetail', { ...emptyCard, county: '' })).status).toBe(200)
    const kept = (await page.get('/get')).body
    expect(kept).toMatchObject({ Occupation: null, County: null })
    expect(kept.Image).not.toBe('')
    expect((await page.post('/setContactDetail', { image: '' })).status).toBe(200)
    expect((await page.get('/get')).body.Image).toBe('')

    const links = { ...emptyLinks, gitHub: 'imani', description: 'Hello' }
    expect((await page.post('/setSocialLink', links)).status).toBe(200)
    expect((await page.post('/setSocialLink', { twitter: '@imani' })).status).toBe(200)
    const both = { GitHub: 'https://github.com/imani', Twitter: 'https://x.com/imani', Description: 'Hello' }
    expect((await page.get('/get')).body).toMatchObject(both)
    expect((await page.post('/setSocialLink', { gitHub: null, twitter: '' })).status).toBe(200)
    expect((await page.get('/get')).body).toMatchObject({ GitHub: null, Twitter: null, Description: 'Hello' })
  })

  it('changes the email address when the owner of the new one opens the link', async () => {
    const page = await signedIn('leila')
    const changed = await page.post('/changeEmail', { newEmail: 'leila@new.example' })
    expect(seen(changed)).toEqual(said(200, 'Email changed successfully'))
    expect((await page.get('/get')).body.Email, 'nothing has changed yet').toBe('leila@example.com')
    const [notice] = await messagesTo(server.client, 'leila@example.com')
    expect(notice?.template).toBe('contact_change_requested')
    const token = await linkTokenSentTo(server.client, 'leila@new.example')
    const form = new URLSearchParams({ token })
    const confirmed = await fetch(`${server.url}/verify/change`, { method: 'POST', body: form })
    expect(confirmed.status).toBe(200)
    expect((await page.get('/get')).body.Email).toBe('leila@new.example')
    await signedIn('juma')
    const taken = await page.post('/changeEmail', { newEmail: 'juma@example.com' })
    expect(seen(taken)).toEqual(failed(409, expect.stringContaining('email address')))
    for (const newEmail of ['', 'nonsense', null])
      expect((await page.post('/changeEmail', { newEmail })).status).toBe(400)
  })

  it('deletes an account that its owner, who is told, can restore', async () => {
    const page = await signedIn('omondi')
    expect((await page.delete('/deleteAccount')).status).toBe(200)
    const [notice] = await messagesTo(server.client, 'omondi@example.com')
    expect(notice?.template).toBe('account_deleted')
    const restored = await server.client.post('/v1/auth/restore', {
      email: 'omondi@example.com',
      password: 'pass12',
    })
    expect(restored.status).toBe(200)
    expect((await page.signIn('omondi@example.com', 'pass12')).body.code).toBe('200')
  })

  it('signs in again after a day, as before', async () => {
    const page = await signedIn('pendo')
    server.clock.advance(86_399)
    expect((await page.get('/get')).status).toBe(200)
    server.clock.advance(1)
    expect(seen(await page.get('/get'))).toEqual(failed(401, 'Session not found'))
  })

  it('leaves the same records as the API', async () => {
    const actions = new Set((await readEvents(server.databaseUrl)).map(({ action }) => action))
    for (const action of [
      ...['registration', 'sign_in', 'user_change', 'picture_change', 'picture_deletion', 'password_change'],
      ...['username_change', 'contact_change_request', 'contact_change', 'deletion'],
    ])
      expect(actions, action).toContain(action)
  })
})
