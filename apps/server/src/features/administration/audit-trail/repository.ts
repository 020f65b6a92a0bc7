import type { Selectable } from 'kysely'
import type { AuditBlocksTable, AuditEventRow } from '../../../platform/database/audit-tables.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { AuditEventId } from '../../../platform/kernel/ids.ts'
import { type Block, type Head, noBlocks, type Signed } from './model.ts'

/** A block without its digests. */
export type BlockSummary = Pick<Block, 'number' | 'events'>

/** What the retention needs to know of a block. */
export type BlockAge = Pick<Block, 'number' | 'hash' | 'events' | 'sealedAt'>

/** The end of a deletion: this block was the last one. */
export interface Cut {
  readonly block: number
  readonly hash: string
  readonly at: Date
}

export class BlocksRepository {
  async hasUnsealed(db: Database): Promise<boolean> {
    const row = db.selectFrom('audit_events').select('id').where('block', 'is', null).limit(1)
    return (await row.executeTakeFirst()) !== undefined
  }

  /** Events that are in no block, in the order in which they are sealed. */
  async listUnsealed(db: Transaction, limit: number): Promise<AuditEventRow[]> {
    return await db
      .selectFrom('audit_events')
      .selectAll()
      .where('block', 'is', null)
      .orderBy('id')
      .limit(limit)
      .execute()
  }

  /** Where the next block continues: at the last one, or at the one that the retention has deleted last. */
  async findHead(db: Database): Promise<Head> {
    const last = await db
      .selectFrom('audit_blocks')
      .select(['number', 'hash'])
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (last !== undefined) return last
    const chain = await db.selectFrom('audit_chain').select(['cut_block', 'cut_hash']).executeTakeFirst()
    const { cut_block: number = null, cut_hash: hash = null } = chain ?? {}
    return number === null || hash === null ? noBlocks : { number, hash }
  }

  /** The last block that was sealed before that time; 0 if there is none. */
  async findSealedBefore(db: Database, at: Date): Promise<number> {
    const row = await db
      .selectFrom('audit_blocks')
      .select('number')
      .where('sealed_at', '<', at.getTime())
      .orderBy('sealed_at', 'desc')
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row?.number ?? 0
  }

  async insert(db: Transaction, block: Block): Promise<void> {
    const row: AuditBlocksTable = {
      number: block.number,
      previous_hash: block.previousHash,
      hash: block.hash,
      sealed_at: block.sealedAt.getTime(),
      events: block.events,
      digests: block.digests,
      kid: block.kid,
      signature: block.signature,
    }
    await db.insertInto('audit_blocks').values(row).execute()
  }

  async moveHead(db: Transaction, number: number, { kid, signature }: Signed): Promise<void> {
    await db
      .updateTable('audit_chain')
      .set({ head_block: number, head_kid: kid, head_signature: signature })
      .execute()
  }

  /** @returns how many events are now in the block */
  async assign(db: Transaction, number: number, ids: readonly AuditEventId[]): Promise<number> {
    const { numUpdatedRows } = await db
      .updateTable('audit_events')
      .set({ block: number })
      .where('id', 'in', ids)
      .where('block', 'is', null)
      .executeTakeFirstOrThrow()
    return Number(numUpdatedRows)
  }

  /** The first blocks that are still there. */
  async listOldest(db: Transaction, limit: number): Promise<BlockAge[]> {
    const rows = await db
      .selectFrom('audit_blocks')
      .select(['number', 'hash', 'events', 'sealed_at'])
      .orderBy('number')
      .limit(limit)
      .execute()
    return rows.map(({ sealed_at, ...row }) => ({ ...row, sealedAt: new Date(sealed_at) }))
  }

  /** Deletes the blocks up to this one, with their events. */
  async deleteUpTo(db: Transaction, number: number): Promise<void> {
    await db.deleteFrom('audit_events').where('block', '<=', number).execute()
    await db.deleteFrom('audit_blocks').where('number', '<=', number).execute()
  }

  async storeCut(db: Transaction, { block, hash, at }: Cut, { kid, signature }: Signed): Promise<void> {
    const cut = { cut_block: block, cut_hash: hash, cut_at: at.getTime() }
    await db
      .updateTable('audit_chain')
      .set({ ...cut, cut_kid: kid, cut_signature: signature })
      .execute()
  }

  /** The blocks after that number, in order. */
  async listAfter(db: Database, number: number, limit: number): Promise<BlockSummary[]> {
    return await db
      .selectFrom('audit_blocks')
      .select(['number', 'events'])
      .where('number', '>', number)
      .orderBy('number')
      .limit(limit)
      .execute()
  }
}

export function toBlock(row: Selectable<AuditBlocksTable>): Block {
  return {
    number: row.number,
    previousHash: row.previous_hash,
    hash: row.hash,
    sealedAt: new Date(row.sealed_at),
    events: row.events,
    digests: Buffer.from(row.digests),
    kid: row.kid,
    signature: row.signature,
  }
}
