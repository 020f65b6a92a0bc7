import { digestSecret } from '../../../platform/crypto/digests.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure, type FieldError } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { invalidFields, invalidToken, preconditionFailed } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import { differences } from '../../users/accounts/model.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import type { ProfilesService } from '../../users/profiles/service.ts'
import type { OwnProfile, VersionedProfile } from './model.ts'

export interface OwnProfileOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'checkRules' | 'get' | 'lockActive' | 'patch'>
  readonly profiles: Pick<ProfilesService, 'checkRules' | 'get' | 'patch'>
  readonly audit: Pick<AuditService, 'success'>
}

/** Reads and saves the names and the profile of an account together, for a form that shows both. */
export class OwnProfileService {
  readonly #options: OwnProfileOptions

  constructor(options: OwnProfileOptions) {
    this.#options = options
  }

  async read(accountId: AccountId, db: Database = this.#options.db): Promise<VersionedProfile> {
    const { accounts, profiles } = this.#options
    const { fullName, givenName, familyName } = await accounts.get(db, accountId)
    const profile = await profiles.get(accountId, db)
    const { occupation, homeAddress, country, county, description, socialLinks } = profile
    const own = {
      names: { fullName, givenName, familyName },
      about: { occupation, homeAddress, country, county, description },
      socialLinks,
    }
    // Of this account, because someone else may have signed in since the form was shown.
    return { ...own, version: digestSecret(JSON.stringify([accountId, own])) }
  }

  /**
   * Saves all of it, or nothing.
   * @param shownVersion the version that the owner has seen, so that no change of another window is lost
   * @throws `validation_failed`, naming every invalid field at once; `precondition_failed`; `invalid_token`
   */
  async save(
    accountId: AccountId,
    { names, about, socialLinks }: OwnProfile,
    shownVersion: string,
    context: RequestContext,
  ): Promise<void> {
    const { accounts, audit, db, profiles } = this.#options
    const patch = { ...about, socialLinks }
    const errors = [
      ...errorsOf(() => accounts.checkRules(names)),
      ...errorsOf(() => profiles.checkRules(patch)),
    ]
    if (errors.length > 0) throw invalidFields(...errors)
    await inTransaction(db, async (transaction) => {
      await this.#lock(transaction, accountId, shownVersion)
      const before = await accounts.get(transaction, accountId)
      await accounts.patch(transaction, accountId, names)
      const named = differences(before, await accounts.get(transaction, accountId))
      const written = await profiles.patch(transaction, accountId, patch)
      const changes = {
        before: { ...named.before, ...written.before },
        after: { ...named.after, ...written.after },
      }
      if (Object.keys(changes.after).length > 0)
        await audit.success(transaction, 'user_change', { accountId, changes }, context)
    })
  }

  /** No other request can change the account or the profile before the transaction ends. */
  async #lock(transaction: Transaction, accountId: AccountId, shownVersion: string): Promise<void> {
    if (!(await this.#options.accounts.lockActive(transaction, accountId))) throw new Failure(invalidToken)
    const { version } = await this.read(accountId, transaction)
    if (version !== shownVersion) throw new Failure(preconditionFailed)
  }
}

function errorsOf(check: () => void): readonly FieldError[] {
  try {
    check()
    return []
  } catch (error) {
    if (error instanceof Failure && error.errors.length > 0) return error.errors
    throw error
  }
}
