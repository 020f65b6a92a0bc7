import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { PageVisitor } from '../../../../tests/support/page-visitor.ts'
import { password } from '../../../../tests/support/password.ts'
import { loginWith, newPerson } from '../../../../tests/support/people.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

const nextPassword = 'nine quiet rivers bend'
const passwordPath = '/account/security/password'
const secretPath = '/account/security/secret'
const usernamePath = '/account/security/username'

describe.each(engines)('the pages of credentials on $name', (engine) => {
  let server: TestServer
  let number = 0
  beforeAll(async () => {
    server = await startTestServer(engine)
  })
  afterAll(async () => await server?.close())

  async function newOwner(): Promise<{ visitor: PageVisitor; username: string }> {
    number += 1
    const username = `owner-${number}`
    await server.client.register({ username, password })
    return { visitor: await PageVisitor.signIn(server, { identifier: username, password }), username }
  }

  async function newOwnerWithSecret() {
    const person = await newPerson(server.client)
    return { ...person, visitor: await PageVisitor.signIn(server, { user_secret: person.secret }) }
  }

  it('lead a visitor without a session to the sign-in page, and back', async () => {
    const stranger = new PageVisitor(server)
    for (const path of ['/account', '/account/security', passwordPath, '/account/confirm']) {
      const answer = await stranger.open(path)
      expect(answer.status).toBe(303)
      expect(answer.headers.get('location')).toBe(`/sign-in?return_to=${encodeURIComponent(path)}`)
    }
  })

  it('A55: change the password, and end every other session', async () => {
    const { visitor, username } = await newOwner()
    const other = await PageVisitor.signIn(server, { identifier: username, password })
    const answer = await visitor.send(passwordPath, {
      current_password: password,
      new_password: nextPassword,
    })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/account/security?done=password_changed')
    expect(await visitor.read('/account/security?done=password_changed')).toContain(
      'Your password is changed',
    )
    expect((await other.open('/account')).status).toBe(303)
    const logins = [password, nextPassword].map((each) => server.client.login({ username, password: each }))
    expect((await Promise.all(logins)).map(({ status }) => status)).toEqual([401, 200])
  })

  it('say which field is wrong in the words of the reader, and repeat no password', async () => {
    const { visitor } = await newOwner()
    const wrong = await visitor.send(passwordPath, {
      current_password: 'not the password',
      new_password: nextPassword,
    })
    expect(wrong.status).toBe(401)
    const text = await wrong.text()
    expect(text).toContain('This is not your password.')
    expect(text).toContain('<title>Error: Change password')
    expect(text).not.toContain('not the password')
    expect(text).not.toContain(nextPassword)
    const weak = await visitor.send(`${passwordPath}?lang=fr`, {
      current_password: password,
      new_password: 'password1',
    })
    expect(weak.status).toBe(422)
    expect(await weak.text()).toMatch(/id="new_password-error"[\s\S]*Beaucoup de (?:gens|personnes)/)
  })

  it('I8: ask an account with a password for it, however fresh its session is', async () => {
    const { visitor, username } = await newOwner()
    expect(await visitor.read(passwordPath)).toContain('name="current_password"')
    expect((await visitor.send(passwordPath, { new_password: nextPassword })).status).toBe(422)
    expect((await server.client.login({ username, password })).status).toBe(200)
  })

  it('show a new user secret once, and the same one if the form is sent twice', async () => {
    const { visitor, secret } = await newOwnerWithSecret()
    const form = await visitor.read(secretPath)
    const once = /name="once" value="([^"]+)"/.exec(form)?.[1] ?? ''
    const [first, second] = [
      await visitor.send(secretPath, { once }),
      await visitor.send(secretPath, { once }),
    ]
    const shown = [await first.text(), await second.text()].map((text) => /pxu_[\w-]+/.exec(text)?.[0] ?? '')
    expect(first.headers.get('cache-control')).toBe('no-store')
    expect(shown[0]).toMatch(/^pxu_/)
    expect(shown[1]).toBe(shown[0])
    expect(shown[0]).not.toBe(secret)
    await loginWith(server.client, shown[0] ?? '')
    await expect(loginWith(server.client, secret)).rejects.toThrow('invalid_credentials')
    expect(await visitor.read('/account/security')).not.toContain('pxu_')
  })

  it('change the username, and keep what was typed if it is taken', async () => {
    const [{ visitor }, { username: taken }] = [await newOwner(), await newOwner()]
    const refused = await visitor.send(usernamePath, { username: taken })
    expect(refused.status).toBe(409)
    expect(await refused.text()).toMatch(
      new RegExp(`value="${taken}"[\\s\\S]*This name is taken. Choose another.`),
    )
    const answer = await visitor.send(usernamePath, { username: 'renamed.owner' })
    expect(answer.headers.get('location')).toBe('/account/security?done=username_changed')
    expect(await visitor.read('/account/security')).toContain('<bdi>renamed.owner</bdi>')
  })

  it('keep what was typed if the session has ended elsewhere, but no password', async () => {
    const { visitor } = await newOwner()
    visitor.cookie = `${visitor.cookie}x`
    const answer = await visitor.send(usernamePath, { username: 'typed.name', current_password: password })
    expect(answer.status).toBe(401)
    const text = await answer.text()
    expect(text).toContain('You were signed out in another window')
    expect(text).toContain('name="username" value="typed.name"')
    expect(text).not.toContain(password)
  })

  it('A49: fill in no form again for a page of another site', async () => {
    const stranger = new PageVisitor(server)
    const fields = { username: 'chosen.by.them' }
    const answer = await stranger.send(usernamePath, fields, {
      origin: 'https://evil.example',
      'sec-fetch-site': 'cross-site',
    })
    expect(answer.status).toBe(401)
    expect(await answer.text()).not.toContain('<form')
  })

  it('A49: take no form from another site', async () => {
    const { visitor, username } = await newOwner()
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const fields = { current_password: password, new_password: nextPassword }
      expect((await visitor.send(passwordPath, fields, headers)).status).toBe(403)
      expect((await visitor.send('/account/confirm', { current_password: password }, headers)).status).toBe(
        403,
      )
      expect((await visitor.send('/account/sessions/others/end', {}, headers)).status).toBe(403)
    }
    expect((await server.client.login({ username, password })).status).toBe(200)
  })

  it('A63, A64: are kept by no cache and shown in no frame', async () => {
    const { visitor } = await newOwner()
    const paths = ['/account', '/account/security', passwordPath, secretPath, usernamePath]
    for (const path of [...paths, '/account/contacts', '/account/sessions', '/account/confirm']) {
      const { headers, status } = await visitor.open(path)
      expect([path, status]).toEqual([path, 200])
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect((await visitor.open(`${path}/x.css`)).status).toBe(404)
    }
  })

  it('A122: show the name of the owner as text', async () => {
    const { visitor, username } = await newOwner()
    const { body } = await server.client.login({ username, password })
    const fullName = '"Ada" & <b>Otieno</b>'
    const renamed = await server.client.patch('/v1/me', { full_name: fullName }, { token: body.access_token })
    for (const path of ['/account', '/account/security']) {
      const text = await visitor.read(path)
      expect(text).not.toContain('<b>Otieno')
      if (renamed.status === 200) expect(text).toContain('&lt;b&gt;Otieno')
    }
  })
})
