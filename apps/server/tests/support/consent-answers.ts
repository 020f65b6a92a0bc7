import type { ClientBody } from './oauth.ts'
import type { Answer } from './test-client.ts'
import { openDatabase } from './test-database.ts'
import type { TestServer } from './test-server.ts'

/** The successes of the calls about what the caller has allowed clients. */
export async function consentAnswers(
  { client, databaseUrl }: TestServer,
  token: string,
): Promise<Record<string, readonly Answer[]>> {
  const as = { token }
  const ids: string[] = []
  for (const name of ['Wiki', 'Mail']) {
    const made = await client.post('/v1/clients', { client_name: name }, as)
    const { id } = made.body as ClientBody
    const { body: me } = await client.me(token)
    const db = openDatabase(databaseUrl)
    const row = { account_id: me.id, client_id: id, scope: 'openid', granted_at: 0, last_used_at: 0 }
    await db.insertInto('consents').values(row).execute()
    await db.destroy()
    ids.push(id)
  }
  return {
    listMyConsents: [
      await client.get('/v1/me/consents', as),
      await client.get('/v1/me/consents?limit=1', as),
    ],
    revokeMyConsent: [await client.send('DELETE', `/v1/me/consents/${ids[0]}`, undefined, as)],
  }
}
