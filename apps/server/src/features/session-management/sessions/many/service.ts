import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { ClientId } from '../../../../platform/kernel/ids.ts'
import type { RevocationsService } from '../../../safeguards/revocations/service.ts'
import type { ManySessionsRepository } from './repository.ts'

export interface ClientSessionsOptions {
  readonly db: Database
  readonly revocations: Pick<RevocationsService, 'recordSessions'>
  readonly sessions: Pick<ManySessionsRepository, 'deleteByClient'>
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

  async #endSome(transaction: Transaction, clientId: ClientId): Promise<number> {
    const { revocations, sessions } = this.#options
    const ended = await sessions.deleteByClient(transaction, clientId, endedAtOnce)
    for (const [accountId, own] of Map.groupBy(ended, (session) => session.accountId)) {
      const ids = own.map(({ id }) => id)
      await revocations.recordSessions(transaction, accountId, ids)
    }
    return ended.length
  }
}
