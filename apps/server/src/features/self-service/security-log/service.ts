import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { ReauthenticationService } from '../../authentication/reauthentication/service.ts'
import type { RecordedEvent } from '../../safeguards/audit/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import { actionsOf, type LogFilter } from './model.ts'

export interface SecurityLogOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'listOf' | 'success'>
  readonly reauthentication: Pick<ReauthenticationService, 'byFreshSession'>
}

type Position = Pick<RecordedEvent, 'at' | 'id'>

/** Small enough to need little memory. */
const pageRows = 500

/** Shows owners what happened to their account. */
export class SecurityLog {
  readonly #options: SecurityLogOptions

  constructor(options: SecurityLogOptions) {
    this.#options = options
  }

  /** Newest first. */
  async list(
    accountId: AccountId,
    { kind, from, to }: LogFilter,
    page: { readonly before: Position | null; readonly limit: number },
  ): Promise<RecordedEvent[]> {
    const { audit, db } = this.#options
    return await audit.listOf(db, accountId, { from, to, actions: kind && actionsOf(kind) }, page)
  }

  /**
   * The same for a file. Needs a recent sign-in, as the export of all data does: a stolen session alone must not be
   * enough to take it (I8).
   * @throws `step_up_required`
   */
  async download(
    { accountId, clientId, sessionId }: Principal,
    filter: LogFilter,
    context: RequestContext,
  ): Promise<AsyncIterable<readonly RecordedEvent[]>> {
    const { audit, db, reauthentication } = this.#options
    const owner = await reauthentication.byFreshSession({ accountId, clientId, sessionId })
    await inTransaction(db, async (transaction) => {
      await owner.confirm(transaction)
      await audit.success(transaction, 'export', { accountId, sessionId }, context)
    })
    return this.#pages(accountId, filter)
  }

  /** Reads each page when the client has taken the one before. */
  async *#pages(accountId: AccountId, filter: LogFilter): AsyncGenerator<readonly RecordedEvent[]> {
    let before: Position | null = null
    do {
      const page: readonly RecordedEvent[] = await this.list(accountId, filter, { before, limit: pageRows })
      yield page
      before = page.length < pageRows ? null : (page.at(-1) ?? null)
    } while (before !== null)
  }
}
