import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { AccountId, ClientId } from '../../../../platform/kernel/ids.ts'
import type { RevocationsService } from '../../../safeguards/revocations/service.ts'
import type { EndedSession, ManySessionsRepository } from './repository.ts'

export interface ClientSessionsOptions {
  readonly db: Database
  readonly revocations: Pick<RevocationsService, 'recordSessions'>
  readonly sessions: Pick<ManySessionsRepository, 'deleteByClient' | 'deleteOfClient'>
}

/** Every engine accepts this many rows in one statement. */
const endedAtOnce = 500

/** Ends the sessions that an OAuth client got, for whatever account. */
export class ClientSessions {
  readonly #options: ClientSessionsOptions

  constructor(options: ClientSessionsOptions) {
    this.#options = options
  }

  async end(clientId: ClientId): Promise<void> {
    const { db } = this.#options
    let ended: number
    do ended = await inTransaction(db, (transaction) => this.#endSome(transaction, clientId))
    while (ended === endedAtOnce)
  }

  /** Ends those of one account, in the transaction of the caller. */
  async endFor(
    transaction: Transaction,
    key: { readonly accountId: AccountId; readonly clientId: ClientId },
  ): Promise<void> {
    const { sessions } = this.#options
    let ended: readonly EndedSession[]
    do {
      ended = await sessions.deleteOfClient(transaction, key, endedAtOnce)
      await this.#record(transaction, ended)
    } while (ended.length === endedAtOnce)
  }

  async #endSome(transaction: Transaction, clientId: ClientId): Promise<number> {
    const ended = await this.#options.sessions.deleteByClient(transaction, clientId, endedAtOnce)
    await this.#record(transaction, ended)
    return ended.length
  }

  async #record(transaction: Transaction, ended: readonly EndedSession[]): Promise<void> {
    const { revocations } = this.#options
    for (const [accountId, own] of Map.groupBy(ended, (session) => session.accountId)) {
      const ids = own.map(({ id }) => id)
      await revocations.recordSessions(transaction, accountId, ids)
    }
  }
}
