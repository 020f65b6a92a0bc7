import type { Database } from '../../src/platform/database/tables.ts'
import { type AccountId, type ClientId, type ClientSecretId, newId } from '../../src/platform/kernel/ids.ts'

/** A client with a value in every column, for its service account or for people. */
export async function fillClient(db: Database, accountId: AccountId | null, at: number): Promise<void> {
  const client = newId<ClientId>()
  const texts = { name: 'Tickets', grant_types: 'client_credentials', scope: '', redirect_uris: '[]' }
  await db
    .insertInto('clients')
    .values({
      id: client,
      account_id: accountId,
      ...texts,
      token_endpoint_auth_method: 'client_secret_basic',
      created_at: at,
      updated_at: at,
    })
    .execute()
  await db
    .insertInto('client_applications')
    .values({
      ...{ client_id: client, application_type: 'native', openid_scope: 'openid email' },
      ...{ post_logout_redirect_uris: '["com.example.tickets:/bye"]', is_first_party: 1 },
      ...{
        backchannel_logout_uri: 'https://tickets.example.org/logout',
        logo_uri: 'https://tickets.example.org/1.png',
      },
      ...{ client_uri: 'https://tickets.example.org/' },
      ...{
        policy_uri: 'https://tickets.example.org/privacy',
        tos_uri: 'https://x.example.org/',
        subject_type: 'pairwise',
      },
      ...{ sector_identifier: 'example.org', id_token_signed_response_alg: 'RS256' },
      ...{ require_pushed_authorization_requests: 1, dpop_bound_access_tokens: 0 },
    })
    .execute()
  await db
    .insertInto('client_secrets')
    .values({
      id: newId<ClientSecretId>(),
      client_id: client,
      digest: `digest of ${client}`,
      created_at: at,
    })
    .execute()
}
