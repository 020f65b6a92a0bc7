import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { ClientId } from '../../../platform/kernel/ids.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { ConsentKey } from '../../authorization/consents/model.ts'
import type { ConsentsService } from '../../authorization/consents/service.ts'

/** Implemented by each feature that gives clients something on the strength of a consent. */
export interface ConsentUse {
  /** Ends all that the client got for the account, such as grants, sessions and tokens. */
  endFor(transaction: Transaction, key: ConsentKey): Promise<void>
}

export interface OwnConsentsOptions {
  readonly db: Database
  readonly consents: Pick<ConsentsService, 'revoke'>
  readonly consentUses: readonly ConsentUse[]
}

/** Takes back what the caller has allowed a client. */
export class OwnConsents {
  readonly #options: OwnConsentsOptions

  constructor(options: OwnConsentsOptions) {
    this.#options = options
  }

  /**
   * In one transaction: a client must not keep what its owner believes to have taken back (I2).
   * @throws `not_found`
   */
  async revoke(
    { accountId }: Pick<Principal, 'accountId'>,
    clientId: ClientId,
    context: RequestContext,
  ): Promise<void> {
    const { consents, consentUses, db } = this.#options
    const key = { accountId, clientId }
    await inTransaction(db, async (transaction) => {
      await consents.revoke(transaction, key, context)
      for (const use of consentUses) await use.endFor(transaction, key)
    })
  }
}
