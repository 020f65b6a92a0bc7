import type { Database } from '../../../platform/database/tables.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { type ClientId, isId } from '../../../platform/kernel/ids.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { type Client, hasSecrets, isConfidential } from '../../authorization/clients/model.ts'
import type { ClientsService } from '../../authorization/clients/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import { firstPartyClientId } from '../../session-management/tokens/model.ts'
import { InvalidAssertion, isSigned, readAssertion } from './assertion.ts'
import type { GivenClient } from './client-credentials.ts'
import { introspectionPath, invalidClient, revocationPath, tokenPath } from './model.ts'

export interface ClientAuthenticationOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'refusal'>
  readonly clients: Pick<ClientsService, 'find' | 'findBySecret' | 'spendAssertion'>
  readonly clock: Clock
  readonly issuer: () => string
}

/** How the client has proved who it is, under its name in the audit trail. */
export type ClientMethod = 'client_secret' | 'private_key_jwt' | 'none'

export interface AuthenticatedClient {
  readonly client: Client
  readonly method: ClientMethod
}

class Unknown extends Error {
  readonly client: Client | null

  constructor(reason: string, client: Client | null = null) {
    super(reason)
    this.client = client
  }
}

/** Finds out which client sends a request (RFC 6749 §2.3). */
export class ClientAuthentication {
  readonly #options: ClientAuthenticationOptions

  constructor(options: ClientAuthenticationOptions) {
    this.#options = options
  }

  /**
   * @returns null for the client of people who signed in to Proxima itself, which has no record
   * @throws `invalid_client`
   */
  async authenticate(
    given: GivenClient | null,
    context: RequestContext,
  ): Promise<AuthenticatedClient | null> {
    if (given === null || (given.kind === 'id' && given.id === firstPartyClientId)) return null
    try {
      return await this.#identify(given)
    } catch (error) {
      if (error instanceof Unknown) return await this.#refuse(given, error, context)
      throw error
    }
  }

  #identify(given: GivenClient): Promise<AuthenticatedClient> {
    switch (given.kind) {
      case 'secret':
        return this.#bySecret(given)
      case 'assertion':
        return this.#byAssertion(given.assertion, given.id)
      case 'id':
        return this.#byId(given.id)
    }
  }

  /** The way in which the secret was sent does not matter: both ways show it to the same readers. */
  async #bySecret({
    id,
    secret,
  }: {
    readonly id: string
    readonly secret: string
  }): Promise<AuthenticatedClient> {
    const client = await this.#options.clients.findBySecret(secret)
    if (client === null || client.id !== id) throw new Unknown('the secret is not one of this client')
    if (!hasSecrets(client)) throw new Unknown('the client authenticates in another way', client)
    return { client, method: 'client_secret' }
  }

  async #byId(id: string): Promise<AuthenticatedClient> {
    const client = await this.#find(id)
    // Its id alone must never stand for a client that can prove who it is (RFC 6749 §2.3).
    if (isConfidential(client)) throw new Unknown('the client must authenticate', client)
    return { client, method: 'none' }
  }

  async #byAssertion(text: string, id: string | null): Promise<AuthenticatedClient> {
    const assertion = this.#read(text)
    const { clientId } = assertion
    if (id !== null && id !== clientId) throw new Unknown('the assertion is of another client')
    const client = await this.#find(clientId)
    if (client.authMethod !== 'private_key_jwt' || client.jwks === null)
      throw new Unknown('the client authenticates in another way', client)
    if (!(await isSigned(assertion, client.jwks.keys)))
      throw new Unknown('no key of the client has signed the assertion', client)
    // Only now: otherwise anyone could use up the ids of others.
    if (!(await this.#options.clients.spendAssertion(clientId, assertion)))
      throw new Unknown('the assertion was used before', client)
    return { client, method: 'private_key_jwt' }
  }

  #read(text: string) {
    const { clock, issuer } = this.#options
    const own = issuer()
    const audiences = [own, ...[tokenPath, introspectionPath, revocationPath].map((path) => own + path)]
    try {
      return readAssertion(text, { audiences, now: clock.now() })
    } catch (error) {
      if (error instanceof InvalidAssertion) throw new Unknown(`assertion: ${error.message}`)
      throw error
    }
  }

  async #find(id: string): Promise<Client> {
    const { clients, db } = this.#options
    const client = isId<ClientId>(id) ? await clients.find(db, id) : null
    if (client === null) throw new Unknown('there is no such client')
    return client
  }

  async #refuse(given: GivenClient, cause: Unknown, context: RequestContext): Promise<never> {
    const { audit, db } = this.#options
    const method =
      given.kind === 'assertion' ? 'private_key_jwt' : given.kind === 'secret' ? 'client_secret' : 'none'
    const { accountId = null, id } = cause.client ?? {}
    const subject = { accountId, method, ...(id !== undefined && { target: `client:${id}` }) }
    await audit.refusal(db, 'client_sign_in', subject, context, { isLimited: false })
    throw new Failure(invalidClient, { cause })
  }
}
