import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { signInWith } from '../../../../tests/support/people.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

describe.each(engines)('signing in with a user secret on $name', (engine) => {
  let server: TestServer
  let secret: string
  let user: Answer['body']
  beforeAll(async () => {
    server = await startTestServer(engine)
    const { body } = await server.client.register({ username: 'amina', full_name: 'Amina Hassan' })
    const { user_secret, ...rest } = body
    secret = user_secret
    user = rest
  })
  afterAll(async () => await server?.close())

  it('answers with a Login and does not show the secret again', async () => {
    const login = await server.client.post('/v1/auth/token', { user_secret: secret, mode: 'token' })
    expect(login.status).toBe(200)
    expect(login.body).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]{86}$/),
      token_type: 'bearer',
      expires_in: 900,
      refresh_token: expect.stringMatching(/^pxr_[\w-]{70}$/),
      session_code: null,
      session_id: expect.any(String),
      user,
    })
    expect(login.text).not.toContain(secret)
    expect(login.headers.get('cache-control')).toBe('no-store')
    const { token } = await signInWith(server.client, secret)
    const me = await server.client.me(token)
    expect(me.body.id).toBe(user.id)
    expect(me.text).not.toContain(secret)
  })

  it('works repeatedly: it is not a one-time code', async () => {
    const logins = await Promise.all(Array.from({ length: 5 }, () => signInWith(server.client, secret)))
    expect(new Set(logins.map(({ sessionId }) => sessionId)).size).toBe(5)
  })

  it.each([
    [{}, '/user_secret'],
    [{ user_secret: null }, '/user_secret'],
    [{ user_secret: 0 }, '/user_secret'],
    [{ user_secret: ['pxu_x'] }, '/user_secret'],
    [{ user_secret: { $gt: '' } }, '/user_secret'],
    [{ user_secret: 'pxu_x', username: 'amina' }, '/username'],
    [{ user_secret: 'pxu_x', mode: 'jwt' }, '/mode'],
  ])('A31: refuses %j and names the field', async (body, pointer) => {
    const login = await server.client.post('/v1/auth/token', body)
    expect(login.status).toBe(422)
    expect(login.body.errors).toEqual([expect.objectContaining({ pointer })])
  })

  it('A61: reads no secret from the address, and writes none into the log', async () => {
    const login = await server.client.post(`/v1/auth/token?user_secret=${secret}`, {})
    expect(login.status).toBe(422)
    expect(server.log.join('')).not.toContain(secret)
  })
})
