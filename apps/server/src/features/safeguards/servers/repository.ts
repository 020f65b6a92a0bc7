import { changesRows } from '../../../platform/database/changed-rows.ts'
import { deleteExpired } from '../../../platform/database/delete-expired.ts'
import type { Database } from '../../../platform/database/tables.ts'
import type { ServerId } from '../../../platform/kernel/ids.ts'
import type { RunningServer } from './model.ts'

export class ServersRepository {
  /** Adds the row if there is none: an operator may have restored a backup, or a purge may have removed it. */
  async save(db: Database, server: RunningServer): Promise<void> {
    const seen = { seen_at: server.seenAt.getTime() }
    if (await changesRows(db.updateTable('servers').set(seen).where('id', '=', server.id))) return
    const row = {
      id: server.id,
      host: server.host,
      version: server.version,
      secret_ids: server.secretIds.join(' '),
      public_url: server.publicUrl,
      started_at: server.startedAt.getTime(),
      ...seen,
    }
    await db.insertInto('servers').values(row).execute()
  }

  async delete(db: Database, id: ServerId): Promise<void> {
    await db.deleteFrom('servers').where('id', '=', id).execute()
  }

  async deleteAll(db: Database): Promise<void> {
    await db.deleteFrom('servers').execute()
  }

  /** Oldest first. */
  async list(db: Database): Promise<RunningServer[]> {
    const columns = ['id', 'host', 'version', 'secret_ids', 'public_url', 'started_at', 'seen_at'] as const
    const rows = await db.selectFrom('servers').select(columns).orderBy('id').execute()
    return rows.map((row) => ({
      id: row.id,
      host: row.host,
      version: row.version,
      secretIds: row.secret_ids.split(' '),
      publicUrl: row.public_url,
      startedAt: new Date(row.started_at),
      seenAt: new Date(row.seen_at),
    }))
  }

  /** Deletes rows of servers that were seen at or before `until`. @returns how many, at most `limit` */
  async deleteOld(db: Database, until: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'servers', { column: 'seen_at', until, limit })
  }

  /** Deletes the rows of servers whose clock was ahead. */
  async deleteAhead(db: Database, after: Date): Promise<void> {
    await db.deleteFrom('servers').where('seen_at', '>', after.getTime()).execute()
  }
}
