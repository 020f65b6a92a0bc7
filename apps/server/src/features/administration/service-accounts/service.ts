import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { Form } from '../../../platform/kernel/form.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { KeyManager, ServiceKeyManagers } from '../../authenticators/api-keys/management/service.ts'
import type { Author } from '../../authorization/roles/model.ts'
import type { RolesService } from '../../authorization/roles/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import { accessOfRoute, type IdempotencyService } from '../../safeguards/idempotency/service.ts'
import { parsePersonalName } from '../../users/accounts/identifiers/personal-name.ts'
import type { AccountsService } from '../../users/accounts/service.ts'

export interface ServiceAccountsOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'createService' | 'find' | 'list' | 'lock' | 'renameService'>
  readonly audit: Pick<AuditService, 'success'>
  readonly idempotency: Pick<IdempotencyService, 'doOnce'>
  readonly roles: Pick<RolesService, 'assertOutranks'>
}

type OnCreated = (transaction: Transaction, id: AccountId) => Promise<void>

/** A page of service accounts that were created after `after`. */
export interface ServicePage {
  readonly after: AccountId | null
  readonly limit: number
}

/** The accounts of programs. Their roles, their status and their end are those of any account. */
export class ServiceAccountsService implements ServiceKeyManagers {
  readonly #options: ServiceAccountsOptions

  constructor(options: ServiceAccountsOptions) {
    this.#options = options
  }

  /** @throws `validation_failed` */
  checkRules({ name }: { readonly name?: string }): void {
    const form = new Form()
    form.read('/name', name, parsePersonalName)
    form.finish()
  }

  /**
   * Creates an account without roles.
   * @param onCreated called in the same transaction, for example to give it roles
   * @throws `validation_failed`
   */
  async create(name: string, context: RequestContext, onCreated?: OnCreated): Promise<Account> {
    return await inTransaction(this.#options.db, async (transaction) => {
      const account = await this.#create(transaction, name, context)
      await onCreated?.(transaction, account.id)
      return account
    })
  }

  /**
   * Like `create`. With an idempotency key this happens once, however often the request is sent.
   * @throws `validation_failed`, `rate_limited`
   */
  async createOnce(name: string, { caller, context }: Author, key: string | null): Promise<Account> {
    return await this.#options.idempotency.doOnce({
      key,
      operation: 'service_account_creation',
      callerId: caller?.accountId ?? null,
      context,
      input: { name },
      authorise: accessOfRoute,
      work: (transaction) => this.#create(transaction, name, context),
      accountIdOf: ({ id }) => id,
      recordRepetition: null,
    })
  }

  /** @throws `not_found`, also for the account of a person */
  async get(id: AccountId): Promise<Account> {
    return await this.#find(this.#options.db, id)
  }

  /** Oldest first. */
  async list(page: ServicePage): Promise<Account[]> {
    const { accounts, db } = this.#options
    return await accounts.list(db, { kind: 'service', ...page })
  }

  /** @throws `not_found`, `forbidden` if the account may do more than the caller, `validation_failed` */
  async rename(id: AccountId, name: string, author: Author): Promise<Account> {
    const { accounts, audit, db } = this.#options
    return await inTransaction(db, async (transaction) => {
      const before = await this.#lock(transaction, id, author)
      const after = await accounts.renameService(transaction, id, name)
      const changes = { before: { name: before.fullName }, after: { name: after.fullName } }
      await audit.success(transaction, 'service_account_change', { accountId: id, changes }, author.context)
      return after
    })
  }

  /**
   * The caller as someone who manages the keys of a service account. A key allows no more than its account, and no one
   * manages those of an account that may do more than they (I6).
   * @throws `not_found`
   */
  async managerOf(id: AccountId, author: Author): Promise<KeyManager> {
    await this.get(id)
    return {
      accountId: id,
      context: author.context,
      authorise: (transaction) => this.#lock(transaction, id, author),
    }
  }

  async #create(transaction: Transaction, name: string, context: RequestContext): Promise<Account> {
    const { accounts, audit } = this.#options
    const account = await accounts.createService(transaction, name)
    await audit.success(transaction, 'service_account_creation', { accountId: account.id }, context)
    return account
  }

  async #lock(transaction: Transaction, id: AccountId, { caller }: Author): Promise<Account> {
    const { accounts, roles } = this.#options
    await accounts.lock(transaction, id)
    if (caller !== null) await roles.assertOutranks(transaction, caller, id)
    return await this.#find(transaction, id)
  }

  async #find(db: Database, id: AccountId): Promise<Account> {
    const account = await this.#options.accounts.find(db, id)
    if (account?.kind !== 'service') throw new Failure(notFound)
    return account
  }
}
