import type { AccountsService } from '../../users/accounts/service.ts'
import type { Erasure } from './erasure.ts'

export interface UnconfirmedAccountsOptions {
  readonly accounts: Pick<AccountsService, 'listUnconfirmed'>
  readonly erasure: Erasure
}

/** Erases accounts whose owner has not confirmed them in time, so that their addresses and names are free again. */
export class UnconfirmedAccounts {
  readonly #options: UnconfirmedAccountsOptions

  constructor(options: UnconfirmedAccountsOptions) {
    this.#options = options
  }

  /** Keeps an account that is confirmed at the same time. @returns how many it erased, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { accounts, erasure } = this.#options
    const due = await accounts.listUnconfirmed(limit)
    for (const id of due) {
      const erased = await erasure.eraseUnlessActive(id, null)
      if (erased !== null) await erasure.finish([erased])
    }
    return due.length
  }
}
