import { newPerson } from './people.ts'
import type { TestClient } from './test-client.ts'

/** The answers to someone who exports their data, deletes the account, restores it and deletes it again. */
export async function deletionAnswers(client: TestClient) {
  const { token, secret } = await newPerson(client, 'gathoni-2')
  const proof = { user_secret: secret }
  const deleteMe = (own: string) => client.send('DELETE', '/v1/me', JSON.stringify(proof), { token: own })
  const exported = [
    await client.get('/v1/me/export', { token }),
    await client.get('/v1/me/export?format=zip', { token }),
  ]
  const deleted = await deleteMe(token)
  const check = (receipt: string) => client.get(`/v1/auth/deletions/${receipt}`)
  const pending = await check(String(deleted.body.receipt))
  const restored = await client.post('/v1/auth/restore', proof)
  return {
    exportMe: exported,
    deleteMe: [deleted, await deleteMe(String(restored.body.access_token))],
    restore: [restored],
    checkReceipt: [pending, await check(String(deleted.body.receipt))],
  }
}
