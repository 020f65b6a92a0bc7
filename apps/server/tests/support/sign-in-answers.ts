import type { Answer, TestClient } from './test-client.ts'

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

/** The refusals of identifiers that are taken, of weak passwords and of wrong ones, with their codes. */
export async function signInRefusals(
  client: TestClient,
  token: string,
  password: string,
): Promise<[string, Answer][]> {
  const taken = { username: 'dalila', email: 'dalila@example.com', phone_number: '+254712345679' }
  await client.register(taken)
  const weakBody = { current_password: password, new_password: 'password' }
  return [
    ['username_taken', await client.register({ username: taken.username })],
    ['email_taken', await client.register({ email: taken.email })],
    ['phone_number_taken', await client.register({ phone_number: taken.phone_number })],
    ['password_too_weak', await client.register({ username: 'farida', password: 'password' })],
    ['invalid_credentials', await client.login({ identifier: 'amina', password: 'wrong' })],
    ['invalid_credentials', await client.post('/v1/auth/token', { user_secret: 'pxu_wrong' })],
    ['invalid_credentials', await client.post('/v1/auth/restore', { user_secret: 'pxu_wrong' })],
    ['password_too_weak', await client.put('/v1/me/password', weakBody, { token })],
    ['username_taken', await client.put('/v1/me/username', { username: taken.username }, { token })],
  ]
}
