import type { Database } from '../../../../platform/database/tables.ts'
import { startOfDay } from '../../../../platform/kernel/durations.ts'
import type { SessionId } from '../../../../platform/kernel/ids.ts'

export class LastSeenRepository {
  /**
   * Moves the last-seen time forward only: a late write does not overwrite a later time from another server. A time
   * after `latest` comes from a clock that was wrong, and is overwritten. A session that has ended stays ended.
   */
  async touch(db: Database, ids: readonly SessionId[], at: Date, latest: Date): Promise<void> {
    await db
      .updateTable('sessions')
      .set({ last_seen_at: at.getTime(), last_seen_day: startOfDay(at) })
      .where('id', 'in', ids)
      .where((row) =>
        row.or([row('last_seen_at', '<', at.getTime()), row('last_seen_at', '>', latest.getTime())]),
      )
      .execute()
  }
}
