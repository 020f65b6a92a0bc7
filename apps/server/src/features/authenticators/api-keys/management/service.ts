import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { Account } from '../../../../platform/kernel/account.ts'
import type { AccountId, ApiKeyId } from '../../../../platform/kernel/ids.ts'
import type { Principal } from '../../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import type { Author } from '../../../authorization/roles/model.ts'
import type { OutboxService } from '../../../messages/outbox/service.ts'
import { changesBetween } from '../../../safeguards/audit/model.ts'
import type { AuditService } from '../../../safeguards/audit/service.ts'
import type { IdempotencyService } from '../../../safeguards/idempotency/service.ts'
import type { ApiKey, ApiKeyChanges, ApiKeyInput, IssuedApiKey, RotationInput } from '../model.ts'
import { type ApiKeysService, subjectOf } from '../service.ts'

export interface ApiKeyManagementOptions {
  readonly db: Database
  readonly apiKeys: Pick<ApiKeysService, 'create' | 'change' | 'rotate' | 'revoke'>
  readonly audit: Pick<AuditService, 'success' | 'repeated'>
  readonly idempotency: Pick<IdempotencyService, 'doOnce'>
  readonly outbox: Pick<OutboxService, 'notifyOwner'>
}

/** Someone who may manage the keys of one account: its owner, or an administrator. */
export interface KeyManager {
  /** The account of the keys. */
  readonly accountId: AccountId
  readonly context: RequestContext
  /** Locks the account until the transaction ends. @throws unless the manager may manage its keys now */
  authorise(transaction: Transaction): Promise<Account>
}

/** Implemented in self-service, which comes later in the reading order. */
export interface OwnKeyManagers {
  /** @throws `step_up_required` */
  afterRecentSignIn(caller: Principal, context: RequestContext): Promise<KeyManager>
  /** For a revocation, for which any session is enough. */
  always(caller: Principal, context: RequestContext): KeyManager
}

/** Implemented in administration, which comes later in the reading order. */
export interface ServiceKeyManagers {
  /** @throws `not_found` if there is no such service account; when it authorises, `forbidden` */
  managerOf(id: AccountId, author: Author): Promise<KeyManager>
}

interface Making {
  readonly manager: KeyManager
  readonly action: 'api_key_creation' | 'api_key_rotation'
  /** What the caller asked for. */
  readonly request: object
  readonly make: (transaction: Transaction) => Promise<IssuedApiKey>
}

/** Makes, changes and revokes keys, records it, and notifies the owner of each new key. */
export class ApiKeyManagement {
  readonly #options: ApiKeyManagementOptions

  constructor(options: ApiKeyManagementOptions) {
    this.#options = options
  }

  /**
   * Makes a key. With an idempotency key this happens once, however often the request is sent.
   * @throws `validation_failed`, also if the idempotency key was used for a different request, `too_many_api_keys`, and
   * what `authorise` throws
   */
  async create(manager: KeyManager, input: ApiKeyInput, key: string | null): Promise<IssuedApiKey> {
    const { apiKeys } = this.#options
    return await this.#make(
      {
        manager,
        action: 'api_key_creation',
        request: input,
        make: (transaction) => apiKeys.create(transaction, manager.accountId, input),
      },
      key,
    )
  }

  /** Replaces a key, like `create`. @throws `not_found`, and what `create` throws */
  async rotate(
    manager: KeyManager,
    id: ApiKeyId,
    input: RotationInput,
    key: string | null,
  ): Promise<IssuedApiKey> {
    const { apiKeys } = this.#options
    return await this.#make(
      {
        manager,
        action: 'api_key_rotation',
        request: { id, ...input },
        make: (transaction) => apiKeys.rotate(transaction, manager.accountId, id, input),
      },
      key,
    )
  }

  /** @throws `not_found`, `validation_failed`, and what `authorise` throws */
  async change(manager: KeyManager, id: ApiKeyId, changes: ApiKeyChanges): Promise<ApiKey> {
    const { apiKeys, audit, db } = this.#options
    const { accountId, context } = manager
    return await inTransaction(db, async (transaction) => {
      await manager.authorise(transaction)
      const { before, after } = await apiKeys.change(transaction, accountId, id, changes)
      const subject = {
        ...subjectOf(accountId, id),
        changes: changesBetween(valuesOf(before), valuesOf(after)),
      }
      await audit.success(transaction, 'api_key_change', subject, context)
      return after
    })
  }

  /** @throws `not_found`, and what `authorise` throws */
  async revoke(manager: KeyManager, id: ApiKeyId): Promise<void> {
    const { apiKeys, audit, db } = this.#options
    const { accountId, context } = manager
    await inTransaction(db, async (transaction) => {
      await manager.authorise(transaction)
      await apiKeys.revoke(transaction, accountId, id)
      await audit.success(transaction, 'api_key_revocation', subjectOf(accountId, id), context)
    })
  }

  async #make(making: Making, key: string | null): Promise<IssuedApiKey> {
    const { audit, idempotency } = this.#options
    const { action, manager, request } = making
    const { accountId, context } = manager
    return await idempotency.doOnce({
      key,
      operation: action,
      callerId: context.actor?.accountId ?? accountId,
      context,
      input: { accountId, ...request },
      authorise: (transaction) => manager.authorise(transaction),
      work: (transaction, owner) => this.#makeFor(transaction, owner, making),
      accountIdOf: () => accountId,
      recordRepetition: (transaction, { apiKey }) =>
        audit.repeated(transaction, action, subjectOf(accountId, apiKey.id), context),
    })
  }

  async #makeFor(
    transaction: Transaction,
    owner: Account,
    { manager, action, make }: Making,
  ): Promise<IssuedApiKey> {
    const { audit, outbox } = this.#options
    const { context } = manager
    const issued = await make(transaction)
    const { apiKey } = issued
    const changes = changesBetween(null, valuesOf(apiKey))
    await audit.success(transaction, action, { ...subjectOf(owner.id, apiKey.id), changes }, context)
    // ASVS 6.3.7: someone else may have made it, and it outlives every session.
    await outbox.notifyOwner(transaction, owner, 'api_key_created', { context })
    return issued
  }
}

/** What the audit trail shows of a key. */
function valuesOf({ name, permissions, allowedNetworks, expiresAt }: ApiKey) {
  return { name, permissions, allowed_networks: allowedNetworks, expires_at: expiresAt.toISOString() }
}
