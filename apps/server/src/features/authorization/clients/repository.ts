import type { Selectable, Updateable } from 'kysely'
import { changesRows } from '../../../platform/database/changed-rows.ts'
import type { ClientApplicationsTable, ClientsTable } from '../../../platform/database/client-tables.ts'
import { deleteExpired } from '../../../platform/database/delete-expired.ts'
import { UniqueViolation } from '../../../platform/database/faults.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { ClientId, ClientSecretId } from '../../../platform/kernel/ids.ts'
import { lowestId } from '../../../platform/kernel/ids.ts'
import type { OpenIdScope } from '../../../platform/kernel/openid-scopes.ts'
import {
  type ApplicationFields,
  type ApplicationType,
  type IdTokenAlgorithm,
  type SubjectType,
  usualApplication,
} from './applications/model.ts'
import {
  type AuthMethod,
  type AuthorizingClient,
  type Client,
  type ClientFields,
  type ClientSecret,
  type GrantType,
  type PublicKeySet,
  readScope,
  scopeText,
} from './model.ts'
import { bySecret, clientsWithApplications, forAuthorization } from './queries.ts'

type ApplicationRow = Selectable<ClientApplicationsTable>
type Joined = { readonly [Column in keyof ApplicationRow]: ApplicationRow[Column] | null }

export class ClientsRepository {
  async insert(db: Transaction, client: Client): Promise<void> {
    const { id, accountId, createdAt, updatedAt } = client
    const times = { created_at: createdAt.getTime(), updated_at: updatedAt.getTime() }
    await db
      .insertInto('clients')
      .values({ id, account_id: accountId, ...clientColumns(client), ...times })
      .execute()
    await db
      .insertInto('client_applications')
      .values({ client_id: id, ...applicationColumns(client) })
      .execute()
  }

  async find(db: Database, id: ClientId): Promise<Client | null> {
    const row = await clientsWithApplications(db).where('clients.id', '=', id).executeTakeFirst()
    return row === undefined ? null : toClient(row)
  }

  /** In the order in which they were created. */
  async list(
    db: Database,
    { after, limit }: { readonly after: ClientId | null; readonly limit: number },
  ): Promise<Client[]> {
    const rows = await clientsWithApplications(db)
      .where('clients.id', '>', after ?? lowestId)
      .orderBy('clients.id')
      .limit(limit)
      .execute()
    return rows.map(toClient)
  }

  /** Counts no further than `limit`. */
  async count(db: Database, limit: number): Promise<number> {
    const rows = await db.selectFrom('clients').select('id').limit(limit).execute()
    return rows.length
  }

  async update(db: Transaction, id: ClientId, fields: ClientFields, now: Date): Promise<void> {
    await this.#change(db, id, { ...clientColumns(fields), updated_at: now.getTime() })
    await db
      .updateTable('client_applications')
      .set(applicationColumns(fields))
      .where('client_id', '=', id)
      .execute()
  }

  /** Locks the client until the transaction ends. @returns whether there is such a client */
  async lock(db: Transaction, id: ClientId, now: Date): Promise<boolean> {
    return await this.#change(db, id, { updated_at: now.getTime() })
  }

  /** With it, the database deletes the secrets. @returns whether there was such a client */
  async delete(db: Transaction, id: ClientId): Promise<boolean> {
    return await changesRows(db.deleteFrom('clients').where('id', '=', id))
  }

  /** The client to which the secret with this digest belongs; null if none has it. */
  async findBySecret(db: Database, digest: string): Promise<Client | null> {
    const [row] = await bySecret.execute(db, { digest })
    return row === undefined ? null : toClient(row)
  }

  /** The client and the digests of its secrets, in one statement; null if there is no such client. */
  async findForAuthorization(db: Database, id: ClientId): Promise<AuthorizingClient | null> {
    const rows = await forAuthorization.execute(db, { id })
    const [first] = rows
    if (first === undefined) return null
    const secretDigests = rows.flatMap(({ digest }) => (digest === null ? [] : [digest]))
    return { client: toClient(first), secretDigests }
  }

  /** In the order in which they were created. */
  async listSecrets(db: Database, clientId: ClientId): Promise<ClientSecret[]> {
    const rows = await db
      .selectFrom('client_secrets')
      .select(['id', 'created_at'])
      .where('client_id', '=', clientId)
      .orderBy('id')
      .execute()
    return rows.map((row) => ({ id: row.id, createdAt: new Date(row.created_at) }))
  }

  async insertSecret(
    db: Transaction,
    clientId: ClientId,
    { id, createdAt, digest }: ClientSecret & { readonly digest: string },
  ): Promise<void> {
    const row = { id, client_id: clientId, digest, created_at: createdAt.getTime() }
    await db.insertInto('client_secrets').values(row).execute()
  }

  /** @returns whether the client had such a secret */
  async deleteSecret(db: Transaction, clientId: ClientId, id: ClientSecretId): Promise<boolean> {
    const own = db.deleteFrom('client_secrets').where('client_id', '=', clientId)
    return await changesRows(own.where('id', '=', id))
  }

  async deleteSecrets(db: Transaction, clientId: ClientId): Promise<void> {
    await db.deleteFrom('client_secrets').where('client_id', '=', clientId).execute()
  }

  /** Stores that the assertion was used. @returns false if it was used before */
  async spendAssertion(db: Database, assertion: string, expiresAt: Date): Promise<boolean> {
    const row = { assertion, expires_at: expiresAt.getTime() }
    try {
      await db.insertInto('client_assertions').values(row).execute()
      return true
    } catch (error) {
      if (error instanceof UniqueViolation) return false
      throw error
    }
  }

  /** @returns how many were deleted, at most `limit` */
  async deleteExpiredAssertions(db: Database, until: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'client_assertions', { column: 'expires_at', until, limit })
  }

  async #change(db: Transaction, id: ClientId, changes: Updateable<ClientsTable>): Promise<boolean> {
    return await changesRows(db.updateTable('clients').set(changes).where('id', '=', id))
  }
}

function clientColumns({ name, grantTypes, scope, authMethod, redirectUris, jwks }: ClientFields) {
  return {
    name,
    grant_types: grantTypes.join(' '),
    scope: scopeText(scope),
    token_endpoint_auth_method: authMethod,
    redirect_uris: JSON.stringify(redirectUris),
    jwks: jwks === null ? null : JSON.stringify(jwks),
  }
}

function applicationColumns(fields: ApplicationFields) {
  return {
    application_type: fields.applicationType,
    openid_scope: scopeText(fields.openIdScope),
    post_logout_redirect_uris: JSON.stringify(fields.postLogoutRedirectUris),
    backchannel_logout_uri: fields.backchannelLogoutUri,
    logo_uri: fields.logoUri,
    client_uri: fields.clientUri,
    policy_uri: fields.policyUri,
    tos_uri: fields.tosUri,
    is_first_party: fields.isFirstParty ? 1 : 0,
    subject_type: fields.subjectType,
    sector_identifier: fields.sectorIdentifier,
    id_token_signed_response_alg: fields.idTokenAlgorithm,
    require_pushed_authorization_requests: fields.requiresPushedRequests ? 1 : 0,
    dpop_bound_access_tokens: fields.bindsTokensToKey ? 1 : 0,
  }
}

function toClient(row: Selectable<ClientsTable> & Joined): Client {
  return {
    ...toApplication(row),
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    grantTypes: row.grant_types.split(' ').filter((each) => each !== '') as GrantType[],
    scope: readScope(row.scope),
    authMethod: row.token_endpoint_auth_method as AuthMethod,
    redirectUris: JSON.parse(row.redirect_uris) as string[],
    jwks: row.jwks === null ? null : (JSON.parse(row.jwks) as PublicKeySet),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  }
}

/** Every client has an application. If an import has brought one without it, the client signs no one in. */
function toApplication(row: Joined): ApplicationFields {
  if (row.client_id === null) return usualApplication
  return {
    ...usualApplication,
    applicationType: row.application_type as ApplicationType,
    openIdScope: (row.openid_scope ?? '').split(' ').filter((each) => each !== '') as OpenIdScope[],
    postLogoutRedirectUris: JSON.parse(row.post_logout_redirect_uris ?? '[]') as string[],
    backchannelLogoutUri: row.backchannel_logout_uri,
    logoUri: row.logo_uri,
    clientUri: row.client_uri,
    policyUri: row.policy_uri,
    tosUri: row.tos_uri,
    isFirstParty: row.is_first_party === 1,
    subjectType: row.subject_type as SubjectType,
    sectorIdentifier: row.sector_identifier,
    idTokenAlgorithm: row.id_token_signed_response_alg as IdTokenAlgorithm,
    requiresPushedRequests: row.require_pushed_authorization_requests === 1,
    bindsTokensToKey: row.dpop_bound_access_tokens === 1,
  }
}
