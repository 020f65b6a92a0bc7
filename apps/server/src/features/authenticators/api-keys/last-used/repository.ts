import type { Database } from '../../../../platform/database/tables.ts'
import type { ApiKeyId } from '../../../../platform/kernel/ids.ts'

export class LastUsedRepository {
  /**
   * Moves the time of the last use forward only: a late write does not overwrite a later time from another server. A
   * time after `latest` comes from a clock that was wrong, and is overwritten.
   */
  async touch(db: Database, ids: readonly ApiKeyId[], at: Date, latest: Date): Promise<void> {
    await db
      .updateTable('api_keys')
      .set({ last_used_at: at.getTime() })
      .where('id', 'in', ids)
      .where((row) =>
        row.or([
          row('last_used_at', 'is', null),
          row('last_used_at', '<', at.getTime()),
          row('last_used_at', '>', latest.getTime()),
        ]),
      )
      .execute()
  }
}
