import type { AdapterPayload } from 'oidc-provider'
import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { type AccountId, type ClientId, isId } from '../../../platform/kernel/ids.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { type Client, signsPeopleIn } from '../../authorization/clients/model.ts'
import type { ClientsService } from '../../authorization/clients/service.ts'
import type { ConsentsService } from '../../authorization/consents/service.ts'
import type { Consenting } from '../engine/configuration.ts'
import { asked, scopeOf } from './model.ts'

export interface ApplicationsOptions {
  readonly db: Database
  readonly clients: Pick<ClientsService, 'find'>
  readonly consents: Pick<ConsentsService, 'find' | 'grant' | 'markUsed'>
}

/** The clients that people sign in to, and what each person has let them have. */
export class Applications {
  readonly #options: ApplicationsOptions

  constructor(options: ApplicationsOptions) {
    this.#options = options
  }

  /** Null unless people sign in to it. */
  async find(id: string): Promise<Client | null> {
    const { clients, db } = this.#options
    const client = isId<ClientId>(id) ? await clients.find(db, id) : null
    return client !== null && signsPeopleIn(client) ? client : null
  }

  /**
   * What the library knows of a client (RFC 7591). Proxima has found out who sends a request before the library sees it,
   * so for the library every client is one that does not authenticate.
   */
  async metadataOf(id: string): Promise<AdapterPayload | undefined> {
    const client = await this.find(id)
    return client === null ? undefined : metadataOf(client)
  }

  /** The permissions that a client may ask for. */
  async permissionsOf(id: string): Promise<readonly string[]> {
    return (await this.find(id))?.scope ?? []
  }

  /** What the application may have without a question; null if the person has not been asked. */
  async granted({ accountId, clientId }: Consenting): Promise<readonly string[] | null> {
    const client = await this.find(clientId)
    if (client === null) return null
    if (client.isFirstParty) return scopeOf(client)
    const { consents, db } = this.#options
    const key = { accountId, clientId: client.id }
    const consent = await consents.find(db, key)
    if (consent === null) return null
    await consents.markUsed(db, key, consent)
    return consent.scope
  }

  /** Notes what the person has agreed to. The rest of the scope stays as it is. */
  async agree(
    accountId: AccountId,
    client: Client,
    { scope, context }: { readonly scope: readonly string[]; readonly context: RequestContext },
  ): Promise<void> {
    const { consents, db } = this.#options
    const consent = { accountId, clientId: client.id, scope: asked(client, scope) }
    await inTransaction(db, (transaction) => consents.grant(transaction, consent, context))
  }
}

function metadataOf(client: Client): AdapterPayload {
  return {
    client_id: client.id,
    client_name: client.name,
    application_type: client.applicationType,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    scope: client.openIdScope.join(' '),
    redirect_uris: [...client.redirectUris],
    post_logout_redirect_uris: [...client.postLogoutRedirectUris],
    id_token_signed_response_alg: client.idTokenAlgorithm,
    subject_type: client.subjectType,
    require_pushed_authorization_requests: client.requiresPushedRequests,
  }
}
