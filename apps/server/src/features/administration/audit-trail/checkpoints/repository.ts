import { deleteExpired } from '../../../../platform/database/delete-expired.ts'
import { UniqueViolation } from '../../../../platform/database/faults.ts'
import type { Database } from '../../../../platform/database/tables.ts'

export interface StoredCheckpoint {
  readonly block: number
  /** JWS. */
  readonly token: string
  readonly createdAt: Date
}

export class CheckpointsRepository {
  async findLast(db: Database): Promise<StoredCheckpoint | null> {
    const row = await db
      .selectFrom('audit_checkpoints')
      .selectAll()
      .orderBy('block', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row === undefined ? null : toCheckpoint(row)
  }

  /** @returns false if another server has stored one of the same block */
  async insert(db: Database, { block, token, createdAt }: StoredCheckpoint): Promise<boolean> {
    try {
      await db
        .insertInto('audit_checkpoints')
        .values({ block, token, created_at: createdAt.getTime() })
        .execute()
      return true
    } catch (error) {
      if (error instanceof UniqueViolation) return false
      throw error
    }
  }

  /** By block. */
  async listAfter(db: Database, block: number, limit: number): Promise<StoredCheckpoint[]> {
    const rows = await db
      .selectFrom('audit_checkpoints')
      .selectAll()
      .where('block', '>', block)
      .orderBy('block')
      .limit(limit)
      .execute()
    return rows.map(toCheckpoint)
  }

  /** @returns how many, at most `limit` */
  async deleteOld(db: Database, until: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'audit_checkpoints', { column: 'created_at', until, limit })
  }
}

function toCheckpoint(row: { block: number; token: string; created_at: number }): StoredCheckpoint {
  return { block: row.block, token: row.token, createdAt: new Date(row.created_at) }
}
