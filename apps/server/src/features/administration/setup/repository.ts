import { changesRows } from '../../../platform/database/changed-rows.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { setupLinkMs } from './model.ts'

export interface SetupLink {
  readonly digest: string
  readonly createdAt: Date
}

export class SetupRepository {
  async insert(db: Database, { digest, createdAt }: SetupLink): Promise<void> {
    await db
      .insertInto('setup_links')
      .values({ token_digest: digest, created_at: createdAt.getTime() })
      .execute()
  }

  /** Null if there is no such link. */
  async findCreatedAt(db: Database, digest: string): Promise<Date | null> {
    const row = await db
      .selectFrom('setup_links')
      .select('created_at')
      .where('token_digest', '=', digest)
      .executeTakeFirst()
    return row === undefined ? null : new Date(row.created_at)
  }

  /** @returns whether there was such a link */
  async delete(db: Transaction, digest: string): Promise<boolean> {
    return await changesRows(db.deleteFrom('setup_links').where('token_digest', '=', digest))
  }

  async deleteAll(db: Database): Promise<void> {
    await db.deleteFrom('setup_links').execute()
  }

  /** Deletes links that no longer work. */
  async deleteExpired(db: Database, now: Date): Promise<void> {
    await db
      .deleteFrom('setup_links')
      .where('created_at', '<=', now.getTime() - setupLinkMs)
      .execute()
  }
}
