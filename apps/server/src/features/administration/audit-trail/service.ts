import type { Database } from '../../../platform/database/tables.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AuditEventId } from '../../../platform/kernel/ids.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import type { RecordedEvent } from '../../safeguards/audit/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { ExternalIdsService } from '../../users/external-ids/service.ts'
import type { TrailFilter } from './model.ts'
import type { BlockSummary, BlocksRepository } from './repository.ts'

/** A place in the trail: after all events of this block. 0 is the start. */
export interface TrailPosition {
  readonly block: number
  /** How many events at once, roughly: a block is never cut. */
  readonly limit: number
}

export interface TrailPage {
  /** In the order of the trail. Empty if nothing follows. */
  readonly events: readonly RecordedEvent[]
  /** Read on after this block. */
  readonly block: number
}

export interface AuditTrailOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'find' | 'listSealed' | 'search'>
  readonly blocks: BlocksRepository
  readonly externalIds: Pick<ExternalIdsService, 'find'>
}

const blocksAtOnce = 500

/** The trail in its one order, for consumers that keep their place in it. */
export class AuditTrailService {
  readonly #options: AuditTrailOptions

  constructor(options: AuditTrailOptions) {
    this.#options = options
  }

  /** The events that pass the filter, newest first. */
  async search(
    { externalId, ...filter }: TrailFilter,
    page: { before: Pick<RecordedEvent, 'at' | 'id'> | null; limit: number },
  ): Promise<RecordedEvent[]> {
    const { audit, db, externalIds } = this.#options
    if (externalId === null) return await audit.search(db, filter, page)
    const accountId = await externalIds.find(db, externalId)
    if (accountId === null || ![null, accountId].includes(filter.accountId)) return []
    return await audit.search(db, { ...filter, accountId }, page)
  }

  /** @throws `not_found` */
  async get(id: AuditEventId): Promise<RecordedEvent> {
    const { audit, db } = this.#options
    const event = await audit.find(db, id)
    if (event === null) throw new Failure(notFound)
    return event
  }

  /**
   * The events after a block. Blocks are committed in the order of their numbers, so a consumer that continues at
   * `block` misses no event, whichever server recorded it.
   */
  async readAfter(db: Database, { block, limit }: TrailPosition): Promise<TrailPage> {
    const { audit, blocks } = this.#options
    const following = await blocks.listAfter(db, block, blocksAtOnce)
    const last = lastWithin(following, limit)
    if (last === null) return { events: [], block }
    return { events: await audit.listSealed(db, { after: block, upTo: last }), block: last }
  }

  /** The last block that was sealed before that time: a consumer that begins here gets all that happened since. */
  async blockBefore(db: Database, at: Date): Promise<number> {
    return await this.#options.blocks.findSealedBefore(db, at)
  }

  /** The last block; 0 if there is none. A consumer that begins here gets only what happens from now on. */
  async lastBlock(db: Database): Promise<number> {
    return (await this.#options.blocks.findHead(db)).number
  }
}

/** The number of the last block that fits into the limit, but at least the first. */
function lastWithin(blocks: readonly BlockSummary[], limit: number): number | null {
  let [last = null] = blocks.map(({ number }) => number)
  let events = 0
  for (const block of blocks) {
    events += block.events
    if (events > limit) break
    last = block.number
  }
  return last
}
