import type {
  AuditBlocksTable,
  AuditChainTable,
  AuditEventRow,
} from '../../../../platform/database/audit-tables.ts'
import type { Database } from '../../../../platform/database/tables.ts'
import { type AccountId, type AuditEventId, lowestId } from '../../../../platform/kernel/ids.ts'
import type { NamedJwk } from './model.ts'

/** A sealed event. */
export interface SealedRow extends AuditEventRow {
  readonly block: number
}

/** Where a page of events ended. */
export interface Place {
  readonly block: number
  readonly id: AuditEventId
}

export const startOfTrail: Place = { block: 0, id: lowestId }

/** Reads the chain as it is stored, in pages, so that its length needs no memory. */
export class VerificationRepository {
  async findChain(db: Database): Promise<AuditChainTable | null> {
    return (await db.selectFrom('audit_chain').selectAll().executeTakeFirst()) ?? null
  }

  async listBlocks(db: Database, after: number, limit: number): Promise<AuditBlocksTable[]> {
    return await db
      .selectFrom('audit_blocks')
      .selectAll()
      .where('number', '>', after)
      .orderBy('number')
      .limit(limit)
      .execute()
  }

  /** The last of the blocks up to this one, in order. */
  async listLastBlocks(db: Database, upTo: number, limit: number): Promise<AuditBlocksTable[]> {
    const rows = await db
      .selectFrom('audit_blocks')
      .selectAll()
      .where('number', '<=', upTo)
      .orderBy('number', 'desc')
      .limit(limit)
      .execute()
    return rows.reverse()
  }

  /** When the first event was recorded that is in no block; null if there is none. */
  async oldestUnsealed(db: Database): Promise<Date | null> {
    const events = db.selectFrom('audit_events').select('at').where('block', 'is', null)
    const row = await events.orderBy('id').limit(1).executeTakeFirst()
    return row === undefined ? null : new Date(row.at)
  }

  /** When the first block was sealed that no stored checkpoint covers; null if there is none. */
  async oldestUncovered(db: Database): Promise<Date | null> {
    const checkpoints = db.selectFrom('audit_checkpoints').select('block').orderBy('block', 'desc')
    const covered = (await checkpoints.limit(1).executeTakeFirst())?.block ?? 0
    const blocks = db.selectFrom('audit_blocks').select('sealed_at').where('number', '>', covered)
    const row = await blocks.orderBy('number').limit(1).executeTakeFirst()
    return row === undefined ? null : new Date(row.sealed_at)
  }

  /** Sealed events in the order of the trail. */
  async listEvents(db: Database, after: Place, limit: number): Promise<SealedRow[]> {
    const rows = await db
      .selectFrom('audit_events')
      .selectAll()
      .where('block', '>=', after.block)
      .where((row) => row.or([row('block', '>', after.block), row('id', '>', after.id)]))
      .orderBy('block')
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.filter((row): row is SealedRow => row.block !== null)
  }

  async countUnsealed(db: Database): Promise<number> {
    const { count } = await db
      .selectFrom('audit_events')
      .select((row) => row.fn.countAll<number>().as('count'))
      .where('block', 'is', null)
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  async hasAccounts(db: Database): Promise<boolean> {
    return (await db.selectFrom('accounts').select('id').limit(1).executeTakeFirst()) !== undefined
  }

  /** Which of the pseudonyms a recorded erasure has brought in. */
  async listErased(db: Database, pseudonyms: readonly AccountId[]): Promise<AccountId[]> {
    if (pseudonyms.length === 0) return []
    const rows = await db
      .selectFrom('audit_events')
      .select('account_id')
      .where('account_id', 'in', pseudonyms)
      .where('action', '=', 'erasure')
      .execute()
    return rows.flatMap(({ account_id }) => account_id ?? [])
  }

  async listKeys(db: Database): Promise<NamedJwk[]> {
    const rows = await db.selectFrom('signing_keys').select(['kid', 'public_jwk']).execute()
    return rows.map(({ kid, public_jwk }) => ({ kid, jwk: JSON.parse(public_jwk) as NamedJwk['jwk'] }))
  }

  async listCheckpoints(db: Database, after: number, limit: number) {
    return await db
      .selectFrom('audit_checkpoints')
      .select(['block', 'token'])
      .where('block', '>', after)
      .orderBy('block')
      .limit(limit)
      .execute()
  }

  /** The hashes of these blocks, as they are stored. */
  async findHashes(db: Database, numbers: readonly number[]): Promise<ReadonlyMap<number, string>> {
    if (numbers.length === 0) return new Map()
    const rows = await db
      .selectFrom('audit_blocks')
      .select(['number', 'hash'])
      .where('number', 'in', numbers)
      .execute()
    return new Map(rows.map(({ number, hash }) => [number, hash]))
  }
}
