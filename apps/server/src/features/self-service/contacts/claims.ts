import type { Transaction } from '../../../platform/database/tables.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { CodesService } from '../../authenticators/codes/service.ts'
import type { NewContact } from '../../users/accounts/contacts/model.ts'
import type { IdentifiersService } from '../../users/accounts/identifiers/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import { identifiersOf } from './model.ts'

export interface ContactClaimsOptions {
  readonly accounts: Pick<AccountsService, 'delete'>
  readonly codes: Pick<CodesService, 'cancelAll'>
  readonly identifiers: Pick<IdentifiersService, 'findOwners'>
}

/** Decides which other account keeps a contact from its new owner. */
export class ContactClaims {
  readonly #options: ContactClaimsOptions

  constructor(options: ContactClaimsOptions) {
    this.#options = options
  }

  /** The other account that has the contact; null if it is free. An account that no one has confirmed does not count. */
  async otherOwner(
    transaction: Transaction,
    contact: NewContact,
    accountId: AccountId,
  ): Promise<Account | null> {
    const owner = await this.#find(transaction, contact)
    return owner === null || owner.id === accountId || owner.status === 'pending' ? null : owner
  }

  /** Removes an account that waits for a confirmation by this contact: someone else has just proved it (A08). */
  async evictPending(transaction: Transaction, contact: NewContact): Promise<void> {
    const { accounts, codes } = this.#options
    const owner = await this.#find(transaction, contact)
    if (owner?.status !== 'pending') return
    await codes.cancelAll(transaction, owner.id)
    await accounts.delete(transaction, owner.id)
  }

  async #find(transaction: Transaction, contact: NewContact): Promise<Account | null> {
    const owners = await this.#options.identifiers.findOwners(transaction, identifiersOf(contact))
    return owners.email ?? owners.phoneNumber
  }
}
