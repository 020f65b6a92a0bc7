import { PreparedQuery } from '../../../platform/database/prepared-query.ts'
import type { Database } from '../../../platform/database/tables.ts'
import type { ClientId } from '../../../platform/kernel/ids.ts'

/** Named one by one: PostgreSQL refuses a prepared `select *` after a migration has added a column. */
const columns = [
  'clients.id',
  'clients.account_id',
  'clients.name',
  'clients.grant_types',
  'clients.scope',
  'clients.token_endpoint_auth_method',
  'clients.redirect_uris',
  'clients.jwks',
  'clients.created_at',
  'clients.updated_at',
  'client_applications.client_id',
  'client_applications.application_type',
  'client_applications.openid_scope',
  'client_applications.post_logout_redirect_uris',
  'client_applications.backchannel_logout_uri',
  'client_applications.logo_uri',
  'client_applications.client_uri',
  'client_applications.policy_uri',
  'client_applications.tos_uri',
  'client_applications.is_first_party',
  'client_applications.subject_type',
  'client_applications.sector_identifier',
  'client_applications.id_token_signed_response_alg',
  'client_applications.require_pushed_authorization_requests',
  'client_applications.dpop_bound_access_tokens',
] as const

/** Clients, and what they are to the people who sign in with them. */
export function clientsWithApplications(db: Database) {
  return db
    .selectFrom('clients')
    .leftJoin('client_applications', 'client_applications.client_id', 'clients.id')
    .select(columns)
}

/** Finds a client by its secret: built once, because each request of a client runs it. */
export const bySecret = new PreparedQuery(['digest'], (db: Database, { digest }: { digest: string }) =>
  clientsWithApplications(db)
    .innerJoin('client_secrets', 'client_secrets.client_id', 'clients.id')
    .where('client_secrets.digest', '=', digest),
)

/** A client and the digests of its secrets: one row for each secret, and one row if it has none. */
export const forAuthorization = new PreparedQuery(['id'], (db: Database, { id }: { id: ClientId }) =>
  clientsWithApplications(db)
    .leftJoin('client_secrets', 'client_secrets.client_id', 'clients.id')
    .select('client_secrets.digest')
    .where('clients.id', '=', id),
)
