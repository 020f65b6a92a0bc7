import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { dayMs } from '../../../platform/kernel/durations.ts'
import type { AuditPeople } from '../../safeguards/audit/people/service.ts'
import type { KeysService } from '../../session-management/keys/service.ts'
import type { BlockAge, BlocksRepository } from './repository.ts'
import { type SealingService, signingAlgorithm } from './sealing.ts'
import { cutStatement, type SigningKey, signStatement } from './statements.ts'

export interface RetentionOptions {
  readonly db: Database
  readonly blocks: BlocksRepository
  readonly auditPeople: Pick<AuditPeople, 'lockChain'>
  readonly sealing: Pick<SealingService, 'seal'>
  readonly keys: Pick<KeysService, 'signingKey'>
  readonly clock: Clock
  /** How long events are kept; 0 to keep them forever. */
  readonly auditRetentionDays: number
}

/** Deletes the oldest blocks. A signature says where the chain begins since then, so that no one else can delete them. */
export class AuditRetention {
  readonly #options: RetentionOptions

  constructor(options: RetentionOptions) {
    this.#options = options
  }

  /** @returns how many events were deleted: at least `limit` if there are more, because a block is deleted as a whole */
  async purge(limit: number): Promise<number> {
    const { auditRetentionDays, clock, db, keys, sealing } = this.#options
    if (auditRetentionDays === 0) return 0
    // No event is deleted before it was in the chain.
    await sealing.seal()
    const until = new Date(clock.now().getTime() - auditRetentionDays * dayMs)
    const key = await keys.signingKey(signingAlgorithm)
    return await inTransaction(db, (transaction) => this.#cut(transaction, { until, limit, key }))
  }

  async #cut(
    transaction: Transaction,
    { until, limit, key }: { readonly until: Date; readonly limit: number; readonly key: SigningKey },
  ): Promise<number> {
    const { auditPeople, blocks, clock } = this.#options
    await auditPeople.lockChain(transaction)
    const oldest = await blocks.listOldest(transaction, limit)
    const { last, events } = prefixOf(oldest, until, limit)
    if (last === null) return 0
    const at = clock.now()
    const cut = { block: last.number, hash: last.hash, at }
    const signed = signStatement(cutStatement(cut), key)
    await blocks.deleteUpTo(transaction, last.number)
    await blocks.storeCut(transaction, cut, signed)
    return events
  }
}

/**
 * The blocks from the start of the chain that are all old. If a wrong clock has dated one of them in the future, it and
 * those after it are kept: to keep an event for too long is less harm than to lose it (I15).
 */
function prefixOf(oldest: readonly BlockAge[], until: Date, limit: number) {
  let last: BlockAge | null = null
  let events = 0
  for (const block of oldest) {
    if (block.sealedAt > until || events >= limit) break
    last = block
    events += block.events
  }
  return { last, events }
}
