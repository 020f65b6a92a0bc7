import type { Selectable } from 'kysely'
import { changesRows } from '../../../../platform/database/changed-rows.ts'
import { repeatIfTaken } from '../../../../platform/database/repeat-if-taken.ts'
import type { RevocationsTable } from '../../../../platform/database/session-tables.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { RevocationId } from '../../../../platform/kernel/ids.ts'
import type { NumberedRevocation } from '../model.ts'

const name = 'main'

/** The last revocation of a page. */
export interface FeedPosition {
  readonly batch: number
  readonly id: RevocationId
}

/** The order in which the feed gives revocations: batches, as they were committed. */
export class FeedRepository {
  async hasUnnumbered(db: Database): Promise<boolean> {
    const query = db.selectFrom('revocations').select('id').where('batch', 'is', null).limit(1)
    return (await query.executeTakeFirst()) !== undefined
  }

  /**
   * Numbers revocations that are committed. It locks the counter first, by changing it, because that is a lock on a
   * Galera cluster too. So batches become visible in the order of their numbers. It reads the ids without a lock: an
   * update by `batch is null` would wait on MariaDB for everyone who is revoking something.
   *
   * A number is never below the time in milliseconds. So after a backup was restored, numbers continue above all that
   * were given since the backup, and a service that has one of those misses nothing.
   * @returns how many were numbered, at most `limit`
   */
  async number(db: Transaction, { limit, now }: { limit: number; now: Date }): Promise<number> {
    const time = now.getTime()
    const next = db
      .updateTable('revocation_feed')
      .set((row) => ({
        last_batch: row
          .case()
          .when('last_batch', '<', time)
          .then(time)
          .else(row('last_batch', '+', 1))
          .end(),
      }))
      .where('name', '=', name)
    if (!(await changesRows(next))) await this.#begin(db, time)
    const unnumbered = db.selectFrom('revocations').select('id').where('batch', 'is', null).limit(limit)
    const ids = (await unnumbered.execute()).map(({ id }) => id)
    if (ids.length === 0) return 0
    const batch = await this.lastBatch(db)
    await db.updateTable('revocations').set({ batch }).where('id', 'in', ids).execute()
    return ids.length
  }

  /** 0 if there has been none. */
  async lastBatch(db: Database): Promise<number> {
    const feed = db.selectFrom('revocation_feed').select('last_batch').where('name', '=', name)
    return (await feed.executeTakeFirst())?.last_batch ?? 0
  }

  /** The revocations after the position that still concern a token, in their order. */
  async list(
    db: Database,
    { after, until, now, limit }: { after: FeedPosition; until: number; now: Date; limit: number },
  ): Promise<NumberedRevocation[]> {
    const rows = await db
      .selectFrom('revocations')
      .selectAll()
      .where((row) =>
        row.or([
          row('batch', '>', after.batch),
          row.and([row('batch', '=', after.batch), row('id', '>', after.id)]),
        ]),
      )
      .where('batch', '>=', after.batch)
      .where('batch', '<=', until)
      .where('expires_at', '>', now.getTime())
      .orderBy('batch')
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map(toRevocation)
  }

  async #begin(db: Transaction, time: number): Promise<void> {
    await repeatIfTaken(db.insertInto('revocation_feed').values({ name, last_batch: time }))
  }
}

function toRevocation(row: Selectable<RevocationsTable>): NumberedRevocation {
  return {
    id: row.id,
    kind: row.kind,
    accountId: row.account_id,
    sessionId: row.session_id,
    role: row.role,
    kid: row.kid,
    batch: row.batch ?? 0,
    revokedAt: new Date(row.revoked_at),
    expiresAt: new Date(row.expires_at),
  }
}
