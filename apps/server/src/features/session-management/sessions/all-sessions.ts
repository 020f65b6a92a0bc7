import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { RevocationsService } from '../../safeguards/revocations/service.ts'
import type { ManySessionsRepository } from './many/repository.ts'
import type { UnfinishedSignIns } from './unfinished.ts'

export interface AllSessionsOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'success'>
  readonly revocations: Pick<RevocationsService, 'recordSessions'>
  readonly sessions: Pick<ManySessionsRepository, 'deleteAny'>
  readonly unfinished: Pick<UnfinishedSignIns, 'endEvery'>
}

/** Every engine accepts this many rows in one statement. */
const endedAtOnce = 500

/** Ends every session of every account, for operators. */
export class AllSessions {
  readonly #options: AllSessionsOptions

  constructor(options: AllSessionsOptions) {
    this.#options = options
  }

  /** @returns how many it ended */
  async end(): Promise<number> {
    const { audit, db, unfinished } = this.#options
    await unfinished.endEvery(db)
    let all = 0
    let ended: number
    do {
      ended = await inTransaction(db, (transaction) => this.#endSome(transaction))
      all += ended
    } while (ended === endedAtOnce)
    await audit.success(db, 'all_sessions_end', {}, noRequest)
    return all
  }

  async #endSome(transaction: Transaction): Promise<number> {
    const { revocations, sessions } = this.#options
    const ended = await sessions.deleteAny(transaction, endedAtOnce)
    for (const [accountId, own] of Map.groupBy(ended, (session) => session.accountId)) {
      const ids = own.map(({ id }) => id)
      await revocations.recordSessions(transaction, accountId, ids)
    }
    return ended.length
  }
}
