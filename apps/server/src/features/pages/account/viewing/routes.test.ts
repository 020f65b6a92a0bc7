import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { PageVisitor } from '../../../../../tests/support/page-visitor.ts'
import { password } from '../../../../../tests/support/password.ts'
import { newPerson } from '../../../../../tests/support/people.ts'
import { signUpAdministrator } from '../../../../../tests/support/roles.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'

describe.each(engines)('the pages for an administrator who sees them as the owner on $name', (engine) => {
  let server: TestServer
  let token: string
  beforeAll(async () => {
    server = await startTestServer(engine)
    token = (await signUpAdministrator(server, 'fatima', password)).token
  })
  afterAll(async () => await server?.close())

  async function newViewer() {
    const owner = await newPerson(server.client)
    const profile = { home_address: '9 Kimathi Way', occupation: 'Nurse' }
    await server.client.patch('/v1/me/profile', profile, { token: owner.token })
    await server.client.put('/v1/me/email', { email: 'pending@example.com' }, { token: owner.token })
    const body = { reason: 'ticket <4711>', mode: 'cookie' }
    const answer = await server.client.post(`/v1/users/${owner.id}/impersonation`, body, { token })
    const visitor = new PageVisitor(server)
    visitor.cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
    return { owner, visitor }
  }

  it('say on each page who looks, why, until when, and how to stop', async () => {
    const { visitor } = await newViewer()
    for (const path of ['/account', '/account/profile', '/account/contacts', '/account/sessions']) {
      const text = await visitor.read(path)
      expect(text, path).toContain('<form class="banner" method="post" action="/account/viewing/stop">')
      expect(text, path).toContain('ticket &lt;4711&gt;')
      expect(text, path).toMatch(/class="banner".*role="timer" data-seconds="900"/)
      expect(text, path).not.toContain('href="/account/security"')
    }
    expect((await visitor.open('/sign-in')).status).not.toBe(403)
  })

  it('I14: show no private detail, and no contact that waits for its code', async () => {
    const { visitor } = await newViewer()
    const profile = await visitor.read('/account/profile')
    expect(profile).toContain('value="Nurse"')
    expect(profile).not.toContain('Kimathi')
    expect(await visitor.read('/account/contacts')).not.toContain('pending@example.com')
  })

  it('I8: refuse every change, and every other page, in words', async () => {
    const { visitor, owner } = await newViewer()
    const acts = ['/account/profile', '/account/data/delete', '/account/sessions/others/end']
    const answers = [
      ...(await Promise.all(acts.map(async (path) => visitor.send(path)))),
      ...(await Promise.all(
        ['/account/security', '/account/security/log', '/account/data', '/account/applications'].map(
          async (path) => visitor.open(path),
        ),
      )),
    ]
    for (const answer of answers) {
      expect([answer.url, answer.status]).toEqual([answer.url, 403])
      const text = await answer.text()
      expect(text).toContain('You can look, not change')
      expect(text).toContain('action="/account/viewing/stop"')
    }
    expect((await server.client.me(owner.token)).status).toBe(200)
  })

  it('lead back to the person when the administrator stops', async () => {
    const { visitor, owner } = await newViewer()
    const cookie = visitor.cookie
    const answer = await visitor.send('/account/viewing/stop')
    expect(answer.headers.get('location')).toBe(`/console/people/${owner.id}`)
    expect(visitor.cookie).toBe('')
    visitor.cookie = cookie
    expect((await visitor.open('/account')).status).toBe(303)
  })

  it('have no banner for the owner', async () => {
    const { owner } = await newViewer()
    const visitor = await PageVisitor.signIn(server, { user_secret: owner.secret })
    expect(await visitor.read('/account')).not.toContain('class="banner"')
  })
})
