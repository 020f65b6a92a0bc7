import { inTransaction } from '../../src/platform/database/transactions.ts'
import { newPerson } from './people.ts'
import { openServices } from './services.ts'
import type { Answer } from './test-client.ts'
import type { TestServer } from './test-server.ts'

type Server = Pick<TestServer, 'client' | 'clock' | 'databaseUrl'>

const path = '/v1/me/linked-accounts'

/** An owner with one connected account. */
async function newOwner({ client, clock, databaseUrl }: Server, { hasSecret }: { hasSecret: boolean }) {
  const services = openServices({ clock, databaseUrl })
  try {
    const { id: accountId, token } = await newPerson(client)
    const identity = { provider: 'google', issuer: 'https://accounts.google.com', subject: accountId }
    const { id } = await inTransaction(services.db, (transaction) =>
      services.linkedAccounts.add(transaction, { accountId, ...identity, email: null }),
    )
    if (!hasSecret) await services.db.deleteFrom('user_secrets').where('account_id', '=', accountId).execute()
    return { token, one: `${path}/${id}` }
  } finally {
    await services.close()
  }
}

export async function linkedAccountAnswers(server: Server): Promise<Record<string, readonly Answer[]>> {
  const { client } = server
  const { one, token } = await newOwner(server, { hasSecret: true })
  return {
    listProviders: [await client.get('/v1/auth/providers')],
    listMyLinkedAccounts: [await client.get(path, { token })],
    removeMyLinkedAccount: [await client.send('DELETE', one, undefined, { token })],
  }
}

export async function linkedAccountRefusals(server: Server): Promise<[string, Answer][]> {
  const { one, token } = await newOwner(server, { hasSecret: false })
  return [['last_sign_in_method', await server.client.send('DELETE', one, undefined, { token })]]
}
