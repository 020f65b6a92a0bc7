import { digestSecret } from '../../../platform/crypto/digests.ts'
import { randomSecret } from '../../../platform/crypto/random.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { isRecent } from '../../../platform/kernel/time-bounds.ts'
import type { RegistrationInput } from '../../authentication/registration/model.ts'
import type { RegistrationService } from '../../authentication/registration/service.ts'
import { adminRole } from '../../authorization/roles/model.ts'
import type { RolesService } from '../../authorization/roles/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { IdentifiersService } from '../../users/accounts/identifiers/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import { setupLinkMs, setupRefused, setupTokenPrefix, unknownAccount } from './model.ts'
import type { SetupRepository } from './repository.ts'

export interface SetupServiceOptions {
  readonly db: Database
  readonly clock: Clock
  readonly links: SetupRepository
  readonly accounts: Pick<AccountsService, 'lockActive'>
  readonly audit: Pick<AuditService, 'success'>
  readonly identifiers: Pick<IdentifiersService, 'lookUp'>
  readonly registration: Pick<RegistrationService, 'create'>
  readonly roles: Pick<RolesService, 'grantsOf' | 'hasHolder' | 'lock' | 'replace'>
}

/**
 * Makes the first administrator, with a link that the server prints when it starts: only the operator can read what a
 * server prints. It stores a digest, so that no one can use a copy of the database.
 */
export class SetupService {
  readonly #options: SetupServiceOptions

  constructor(options: SetupServiceOptions) {
    this.#options = options
  }

  /** @returns the token of a new link; null if the server has an administrator. Links of other servers keep working. */
  async newLink(): Promise<string | null> {
    const { clock, db, links, roles } = this.#options
    if (await roles.hasHolder(db, adminRole)) return null
    const token = randomSecret(setupTokenPrefix)
    const createdAt = clock.now()
    await links.deleteExpired(db, createdAt)
    await links.insert(db, { digest: digestSecret(token), createdAt })
    return token
  }

  /** Uses nothing up. @throws `forbidden` unless the link works */
  async lookAt(token: string): Promise<void> {
    const { db, roles } = this.#options
    if (!(await this.#isValid(db, token)) || (await roles.hasHolder(db, adminRole))) throw setupRefused()
  }

  /**
   * Creates the account of the administrator.
   * @throws `forbidden` unless the link works, and the errors of a registration
   */
  async createAdministrator(
    token: string,
    input: RegistrationInput,
    context: RequestContext,
  ): Promise<Account> {
    // Before the password is hashed, which takes long.
    await this.lookAt(token)
    const onCreated = (transaction: Transaction, id: AccountId) =>
      this.#claim(transaction, token, id, context)
    const source = { context, idempotencyKey: null, byAdministrator: true }
    return (await this.#options.registration.create(input, source, onCreated)).account
  }

  /**
   * Makes an account that exists the administrator.
   * @throws `forbidden` unless the link works, `validation_failed` if there is no such account or it is not active
   */
  async chooseAdministrator(token: string, identifier: string, context: RequestContext): Promise<Account> {
    const { accounts, db, identifiers } = this.#options
    await this.lookAt(token)
    const { account } = await identifiers.lookUp(identifier)
    return await inTransaction(db, async (transaction) => {
      if (account === null || !(await accounts.lockActive(transaction, account.id))) throw unknownAccount()
      await this.#claim(transaction, token, account.id, context)
      return account
    })
  }

  /**
   * Of all who try at once, one succeeds: the role is locked before anyone asks who has it (A13).
   * @throws `forbidden`
   */
  async #claim(
    transaction: Transaction,
    token: string,
    accountId: AccountId,
    context: RequestContext,
  ): Promise<void> {
    const { audit, links, roles } = this.#options
    await roles.lock(transaction, adminRole)
    if (await roles.hasHolder(transaction, adminRole)) throw setupRefused()
    if (!(await this.#isValid(transaction, token))) throw setupRefused()
    await links.deleteAll(transaction)
    const before = (await roles.grantsOf(transaction, accountId)).roles
    const after = [...before, adminRole].sort()
    await roles.replace(transaction, accountId, { before, after })
    const changes = { before: { roles: before }, after: { roles: after } }
    await audit.success(transaction, 'role_assignment', { accountId, method: 'setup_link', changes }, context)
  }

  async #isValid(db: Database, token: string): Promise<boolean> {
    const { clock, links } = this.#options
    const createdAt = await links.findCreatedAt(db, digestSecret(token))
    return createdAt !== null && isRecent(createdAt, clock.now(), setupLinkMs)
  }
}
