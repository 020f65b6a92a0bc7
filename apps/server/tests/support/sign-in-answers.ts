import type { TestClient } from './test-client.ts'

/** The answers to someone who registers, signs in, refreshes and signs out, in every possible way. */
export async function signInAnswers(
  { client, strict }: { readonly client: TestClient; readonly strict: TestClient },
  password: string,
) {
  const baraka = { username: 'baraka', email: 'baraka@example.com', phone_number: '+254712345678' }
  const names = { full_name: 'Baraka Otieno', given_name: 'Baraka', family_name: 'Otieno' }
  const registered = await client.register({ ...baraka, ...names, address: 'Nairobi', national_id: '1' })
  const secret = { user_secret: registered.body.user_secret }
  const signIn = async (mode: string) => await client.post('/v1/auth/token', { ...secret, mode })
  const [first, second] = [await signIn('token'), await signIn('code')]
  const own = { token: second.body.session_code }
  return {
    register: [
      registered,
      await client.register({ email: 'chebet@example.com', password }),
      await strict.register({ email: 'chebet@example.com', password }),
    ],
    login: [
      await client.login({ identifier: 'chebet@example.com', password }),
      await client.login({ email: 'chebet@example.com', password, mode: 'token' }),
    ],
    loginWithUserSecret: [first, second, await signIn('cookie')],
    refresh: [await client.post('/v1/auth/refresh', { refresh_token: first.body.refresh_token })],
    issueMyAccessToken: [await client.send('POST', '/v1/me/access-token', undefined, own)],
    listMySessions: [await client.get('/v1/me/sessions?limit=1', own)],
    endMySession: [await client.send('DELETE', `/v1/me/sessions/${first.body.session_id}`, undefined, own)],
    endMyOtherSessions: [await client.send('DELETE', '/v1/me/sessions', undefined, own)],
    logout: [await client.post('/v1/auth/logout', {}, own)],
  }
}
