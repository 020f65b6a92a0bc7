import { digestSecret } from '../../../platform/crypto/digests.ts'
import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { noAccountId } from '../../../platform/kernel/ids.ts'
import { clientKeyOf, type RequestContext } from '../../../platform/kernel/request-context.ts'
import type { CodesService } from '../../authenticators/codes/service.ts'
import type { IdentifiersService, LookUp } from '../../users/accounts/identifiers/service.ts'
import { guessSubjectOf } from '../../users/accounts/model.ts'
import type { AccountsService } from '../../users/accounts/service.ts'

export interface RecoveryClientsOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'find'>
  readonly codes: Pick<CodesService, 'issue' | 'namedBy'>
  readonly identifiers: Pick<IdentifiersService, 'lookUp'>
}

/**
 * Remembers for which account a client has asked for a code, for the forms of old front ends, which send the code alone.
 * It proves nothing: it only says to which account a code is compared, as an identifier would. Guesses count for the
 * contact of that account, so a client that asks for many accounts gets no more of them (A40).
 */
export class RecoveryClients {
  readonly #options: RecoveryClientsOptions

  constructor(options: RecoveryClientsOptions) {
    this.#options = options
  }

  /** Replaces what the client asked for before. Does the same for an identifier that no account has (I4). */
  async remember(identifier: string, context: RequestContext): Promise<void> {
    const { codes, db, identifiers } = this.#options
    const { account, typed } = await identifiers.lookUp(identifier)
    // What was typed, and not the contact of the account: its digest stands for it in `lookUp`.
    const contact = { kind: 'email', canonical: JSON.stringify(typed) } as const
    const asked = { ...bindingOf(context), accountId: account?.id ?? null, contact }
    // Its secrets are given to no one.
    await inTransaction(db, (transaction) => codes.issue(transaction, asked, async () => true))
  }

  /**
   * The account for which the client has asked; none if it has not, or too long ago. What a stranger sees of the limit
   * must depend only on what was typed (I4, A36). So wrong codes count for that in each case, and never for another
   * identifier of the account, nor for all unknown ones together.
   */
  async lookUp(context: RequestContext): Promise<LookUp> {
    const { accounts, codes, db } = this.#options
    const binding = bindingOf(context)
    const asked = await codes.namedBy(db, binding)
    const account = await accounts.find(db, asked?.accountId ?? noAccountId)
    const typed = ['email', 'asked', asked?.contactDigest ?? digestSecret(JSON.stringify(binding.holder))]
    const subject = account === null ? ['nobody', ...typed] : guessSubjectOf(account.id)
    return { account, subject, typed }
  }
}

/** Several people may share an address, and seldom the browser as well. */
function bindingOf(context: RequestContext) {
  const holder = ['client', clientKeyOf(context), context.userAgent ?? '']
  return { purpose: 'recovery_client', holder, flow: null } as const
}
