import { PreparedQuery } from '../../../platform/database/prepared-query.ts'
import type { Database } from '../../../platform/database/tables.ts'

/** Finds a client by its secret: built once, because each request of a client runs it. */
export const bySecret = new PreparedQuery(['digest'], (db: Database, { digest }: { digest: string }) =>
  db
    .selectFrom('client_secrets')
    .innerJoin('clients', 'clients.id', 'client_secrets.client_id')
    .select([
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
    ])
    .where('client_secrets.digest', '=', digest),
)
