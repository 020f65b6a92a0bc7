import type { TestClient } from './test-client.ts'

/** The answers to someone who changes the password, the user secret and the username. */
export async function credentialAnswers(client: TestClient, password: string) {
  const { token } = await client.signUp('farida-2', password)
  const change = { current_password: password, new_password: 'nine quiet rivers bend' }
  return {
    changeMyPassword: [await client.put('/v1/me/password', change, { token })],
    renewMySecret: [await client.post('/v1/me/secret', { current_password: change.new_password }, { token })],
    changeMyUsername: [await client.put('/v1/me/username', { username: 'farida-3' }, { token })],
  }
}
