import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { addTotp } from '../support/factors.ts'
import { password } from '../support/password.ts'
import { TestClient } from '../support/test-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/** A94: with the password alone, no way to sign in gives anything to an account that has a second factor. */
describe.each(engines)('A94: the password alone on $name', (engine) => {
  let server: TestServer
  const username = 'amina'
  beforeAll(async () => {
    const env = { PROXIMA_PASSWORD_CLIENTS: 'proxima', PROXIMA_CONTRACTS: 'oauth-bearer=/old' }
    server = await startTestServer(engine, { env })
    const { token } = await server.client.signUp(username, password)
    await addTotp(server.client, token, server.clock)
  })
  afterAll(async () => await server?.close())

  // Without the check of the OpenAPI document, which has no old API.
  const form = (path: string) =>
    new TestClient(server.url).send(
      'POST',
      path,
      new URLSearchParams({ grant_type: 'password', username, password }).toString(),
      { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    )

  it.each(['token', 'code', 'cookie'])('gives nothing at the login in mode %s', async (mode) => {
    const answer = await server.client.login({ username, password, mode })
    expect([answer.status, answer.body.code]).toEqual([401, 'mfa_required'])
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(answer.text).not.toMatch(/access_token|session_code|refresh_token/)
  })

  it('gives nothing at the restoration', async () => {
    const answer = await server.client.post('/v1/auth/restore', { username, password })
    expect([answer.status, answer.body.code]).toEqual([401, 'mfa_required'])
  })

  it.each(['/oauth/token', '/old/login'])('gives no token at %s', async (path) => {
    const answer = await form(path)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.text).not.toMatch(/"access_token"|"refresh_token"|eyJ/)
  })
})
