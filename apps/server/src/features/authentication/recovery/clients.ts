import { digestSecret } from '../../../platform/crypto/digests.ts'
import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { clientKeyOf, type RequestContext } from '../../../platform/kernel/request-context.ts'
import type { CodesService } from '../../authenticators/codes/service.ts'
import type { IdentifiersService } from '../../users/accounts/identifiers/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import type { RecoveryTargets } from './targets.ts'

export interface RecoveryClientsOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'find'>
  readonly codes: Pick<CodesService, 'accountOf' | 'issue'>
  readonly identifiers: Pick<IdentifiersService, 'lookUp'>
  readonly targets: RecoveryTargets
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
    const { codes, db, identifiers, targets } = this.#options
    const found = await identifiers.lookUp(identifier)
    await inTransaction(db, async (transaction) => {
      const target = await targets.find(transaction, found)
      const contact = target?.contact ?? targets.decoyFor(found)
      const asked = { ...bindingOf(context), accountId: target?.account.id ?? null, contact }
      // Its secrets are given to no one.
      await codes.issue(transaction, asked, async () => true)
    })
  }

  /** An identifier of the account; one that no account has if the client has not asked, or too long ago. */
  async identifierOf(context: RequestContext): Promise<string> {
    const { accounts, codes, db } = this.#options
    const binding = bindingOf(context)
    const id = await codes.accountOf(db, binding)
    const account = id === null ? null : await accounts.find(db, id)
    const unknown = `${digestSecret(JSON.stringify(binding.holder)).slice(0, 32)}@client.invalid`
    return account?.email ?? account?.phoneNumber ?? account?.username ?? unknown
  }
}

/** Several people may share an address, and seldom the browser as well. */
function bindingOf(context: RequestContext) {
  const holder = ['client', clientKeyOf(context), context.userAgent ?? '']
  return { purpose: 'recovery_client', holder, flow: null } as const
}
