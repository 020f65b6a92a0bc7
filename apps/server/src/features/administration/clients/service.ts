import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId, ClientId, ClientSecretId } from '../../../platform/kernel/ids.ts'
import { missingFrom, type Permission } from '../../../platform/kernel/permission.ts'
import { invalidToken } from '../../../platform/kernel/problems.ts'
import type { Destinations } from '../../../platform/outgoing/destinations.ts'
import type { ApiKeysService } from '../../authenticators/api-keys/service.ts'
import {
  type Client,
  type ClientSecret,
  hasSecrets,
  type ShownSecret,
  scopeLengthMax,
} from '../../authorization/clients/model.ts'
import type { ClientsService } from '../../authorization/clients/service.ts'
import {
  type Author,
  assertHeld,
  assertMayGiveRoles,
  everything,
  type Holdings,
  outranked,
  rolesMax,
  tooManyRoles,
} from '../../authorization/roles/model.ts'
import type { RolesService } from '../../authorization/roles/service.ts'
import type { AuditAction, AuditSubject, Changes } from '../../safeguards/audit/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { IdempotencyService } from '../../safeguards/idempotency/service.ts'
import type { ClientSessions } from '../../session-management/sessions/many/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import { checkFields, readFields } from './fields.ts'
import {
  assertGiven,
  type ClientInput,
  type CreatedClient,
  changesOf,
  type NewClientInput,
  needsAccount,
  noSecretsNeeded,
  type ReadFields,
  rolesWithoutAccount,
  scopeNeeded,
} from './model.ts'

export interface ClientAdministrationOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'createService' | 'lock' | 'lockActive' | 'setStatus'>
  readonly apiKeys: Pick<ApiKeysService, 'revokeAll'>
  readonly audit: Pick<AuditService, 'repeated' | 'success'>
  readonly clients: ClientsService
  readonly clientSessions: Pick<ClientSessions, 'end'>
  /** Decides whether the server may report to an address that a session has ended. */
  readonly publicDestinations: Pick<Destinations, 'allowsUrl'>
  readonly idempotency: Pick<IdempotencyService, 'doOnce'>
  readonly roles: Pick<RolesService, 'assertOutranks' | 'grantsOf' | 'heldNow' | 'replace'>
  readonly sessions: Pick<SessionsService, 'endAll'>
}

/**
 * Lets administrators create, change and delete clients. A client is a credential for its service account, so it is
 * guarded like one: no one creates or changes a client that may do more than they may themselves (I6).
 */
export class ClientAdministration {
  readonly #options: ClientAdministrationOptions

  constructor(options: ClientAdministrationOptions) {
    this.#options = options
  }

  /** Checks each of the given fields by itself. @throws `validation_failed` */
  check(input: ClientInput): void {
    checkFields(input, this.#allowsUrl)
  }

  /**
   * Creates a client, and the service account for which it acts.
   * @throws `validation_failed`, `forbidden`, `too_many_clients`
   */
  async create(input: NewClientInput, author: Author): Promise<CreatedClient> {
    return await inTransaction(this.#options.db, (transaction) => this.createIn(transaction, input, author))
  }

  /** Like `create`, in the transaction of the caller. */
  async createIn(transaction: Transaction, input: NewClientInput, author: Author): Promise<CreatedClient> {
    const { clients } = this.#options
    const fields = readFields(input, { allowsUrl: this.#allowsUrl })
    const held = await this.#holdings(transaction, author)
    const account = await this.#accountFor(transaction, { fields, input, held }, author)
    const scope = fields.scope ?? account?.permissions ?? []
    if (scope.join(' ').length > scopeLengthMax) throw scopeNeeded()
    if (account !== null) assertGiven(account.permissions, scope)
    assertHeld(held, scope)
    const client = await clients.create(transaction, { ...fields, scope, accountId: account?.id ?? null })
    const secret = hasSecrets(client) ? await clients.addSecret(transaction, client.id) : null
    await this.#record(transaction, 'client_creation', client, author, changesOf(null, client))
    return { client, secret }
  }

  /** @throws `not_found`, `validation_failed`, `forbidden` */
  async update(id: ClientId, input: ClientInput, author: Author): Promise<Client> {
    const { clients, db, roles } = this.#options
    return await inTransaction(db, async (transaction) => {
      const { client: before, held } = await this.lock(transaction, id, author)
      const fields = readFields(input, { allowsUrl: this.#allowsUrl, before })
      const scope = fields.scope ?? []
      const { accountId } = before
      if (accountId === null && fields.grantTypes.includes('client_credentials')) throw needsAccount()
      if (accountId !== null && input.scope !== undefined)
        assertGiven((await roles.grantsOf(transaction, accountId)).permissions, scope)
      assertHeld(held, scope)
      const after = await clients.update(transaction, id, { ...fields, scope })
      if (!hasSecrets(after)) await clients.deleteSecrets(transaction, id)
      await this.#record(transaction, 'client_change', before, author, changesOf(before, after))
      return after
    })
  }

  /** Deletes a client. None of its tokens works any more, and its service account can no longer be used. */
  async delete(id: ClientId, author: Author): Promise<void> {
    const { accounts, apiKeys, clients, clientSessions, db, sessions } = this.#options
    await inTransaction(db, async (transaction) => {
      const { client } = await this.lock(transaction, id, author)
      const { accountId } = client
      if (accountId !== null) {
        await accounts.setStatus(transaction, accountId, 'deleted')
        await sessions.endAll(transaction, accountId)
        await apiKeys.revokeAll(transaction, accountId)
      }
      await clients.delete(transaction, id)
      await this.#record(transaction, 'client_deletion', client, author, changesOf(client, null))
    })
    // Without its client, a session no longer works. What follows records that for other services.
    await clientSessions.end(id)
  }

  /**
   * Adds a secret, which is shown this once. With an idempotency key this happens once, however often the request is
   * sent.
   * @throws `not_found`, `forbidden`, `too_many_secrets`, `no_secrets_needed`, `validation_failed`, `rate_limited`
   */
  async addSecret(id: ClientId, author: Author, key: string | null): Promise<ShownSecret> {
    const { audit, clients, idempotency } = this.#options
    const { caller, context } = author
    const callerId = caller?.accountId ?? null
    return await idempotency.doOnce({
      key,
      operation: 'client_secret_creation',
      callerId,
      context,
      input: { id },
      // Also for a repetition: the client may since have got a role that the caller does not hold (I6).
      authorise: (transaction) => this.lock(transaction, id, author),
      work: async (transaction, { client }) => {
        if (!hasSecrets(client)) throw new Failure(noSecretsNeeded)
        const added = await clients.addSecret(transaction, id)
        const changes = { before: {}, after: { secret_id: added.id } }
        await this.#record(transaction, 'client_secret_creation', client, author, changes)
        return added
      },
      accountIdOf: () => callerId,
      recordRepetition: (transaction, _added, { client }) =>
        audit.repeated(transaction, 'client_secret_creation', subjectOf(client), context),
    })
  }

  /** @throws `not_found`, `forbidden` */
  async deleteSecret(id: ClientId, secretId: ClientSecretId, author: Author): Promise<void> {
    const { clients, db } = this.#options
    await inTransaction(db, async (transaction) => {
      const { client } = await this.lock(transaction, id, author)
      await clients.deleteSecret(transaction, id, secretId)
      const changes = { before: { secret_id: secretId }, after: {} }
      await this.#record(transaction, 'client_secret_deletion', client, author, changes)
    })
  }

  /** Clients in the order in which they were created. */
  async list(page: { readonly after: ClientId | null; readonly limit: number }): Promise<Client[]> {
    return await this.#options.clients.list(this.#options.db, page)
  }

  /** A client and its secrets. @throws `not_found` */
  async show(id: ClientId): Promise<{ client: Client; secrets: readonly ClientSecret[] }> {
    const { clients, db } = this.#options
    return { client: await clients.get(db, id), secrets: await clients.listSecrets(db, id) }
  }

  readonly #allowsUrl = (url: URL): boolean => this.#options.publicDestinations.allowsUrl(url)

  /** The service account of a new client, and what its roles permit; null if the client acts only for people. */
  async #accountFor(
    transaction: Transaction,
    { fields, input, held }: { fields: ReadFields; input: NewClientInput; held: Holdings },
    { context }: Author,
  ): Promise<{ readonly id: AccountId; readonly permissions: readonly Permission[] } | null> {
    const { accounts, audit, roles } = this.#options
    const after = [...new Set(input.roles)].sort()
    if (!fields.grantTypes.includes('client_credentials')) {
      if (after.length > 0) throw rolesWithoutAccount()
      return null
    }
    if (after.length > 0) assertMayGiveRoles(held.permissions)
    if (after.length > rolesMax) throw tooManyRoles()
    const { id } = await accounts.createService(transaction, input.name)
    if (after.length > 0) await roles.replace(transaction, id, { before: [], after })
    const { permissions } = await roles.grantsOf(transaction, id)
    assertHeld(held, permissions)
    const changes = { before: {}, after: { name: input.name, roles: after } }
    await audit.success(transaction, 'service_account_creation', { accountId: id, changes }, context)
    return { id, permissions }
  }

  /** Locks a client that the author may change, until the transaction ends. @throws `not_found`, `forbidden` */
  async lock(
    transaction: Transaction,
    id: ClientId,
    author: Author,
  ): Promise<{ readonly client: Client; readonly held: Holdings }> {
    const { accounts, clients, roles } = this.#options
    const client = await clients.lock(transaction, id)
    const { accountId, scope } = client
    if (accountId !== null) await accounts.lock(transaction, accountId)
    const held = await this.#holdings(transaction, author)
    if (held.isAll) return { client, held }
    if (accountId !== null) await roles.assertOutranks(transaction, held, accountId)
    if (missingFrom(held.permissions, scope).length > 0) throw outranked()
    return { client, held }
  }

  /** What the author may give away. Their account is locked, so that no one takes it from them at this moment. */
  async #holdings(transaction: Transaction, { caller }: Author): Promise<Holdings> {
    const { accounts, roles } = this.#options
    if (caller === null) return everything
    if (!(await accounts.lockActive(transaction, caller.accountId))) throw new Failure(invalidToken)
    return await roles.heldNow(transaction, caller)
  }

  async #record(
    transaction: Transaction,
    action: AuditAction,
    client: Client,
    { context }: Author,
    changes: Changes,
  ): Promise<void> {
    const subject = { ...subjectOf(client), changes }
    await this.#options.audit.success(transaction, action, subject, context)
  }
}

/** The client, as the audit trail names it. */
export function subjectOf({ accountId, id }: Client): AuditSubject {
  return { accountId, target: `client:${id}` }
}
