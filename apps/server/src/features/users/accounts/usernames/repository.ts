import { changesRows } from '../../../../platform/database/changed-rows.ts'
import { UniqueViolation } from '../../../../platform/database/faults.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'

/** How long a former username is held for its owner. */
export interface Hold {
  readonly now: Date
  readonly until: Date
}

/**
 * The skeletons of usernames (UTS #39 §4). Each is unique: no two accounts have usernames that look alike. The
 * skeletons of a former username stay for a while, on hold, and so do those of a username that was asked for with an
 * address that is taken. Two usernames with the same canonical form have the same
 * skeleton, so the skeletons also decide whether a username is taken.
 */
export class UsernamesRepository {
  /** @returns whether all were free; if not, the transaction must be rolled back */
  async insert(db: Transaction, id: AccountId, skeletons: readonly string[], now: Date): Promise<boolean> {
    if (skeletons.length === 0) return true
    await this.#deleteExpired(db, skeletons, now)
    const rows = skeletons.map((skeleton) => ({ account_id: id, skeleton }))
    return await isFree(db.insertInto('username_skeletons').values(rows).execute())
  }

  /**
   * Puts the current skeletons of the account on hold, except those of its new username.
   * @returns whether the new username was free; if not, the transaction must be rolled back
   */
  async replace(
    db: Transaction,
    id: AccountId,
    skeletons: readonly string[],
    { now, until }: Hold,
  ): Promise<boolean> {
    await this.#deleteExpired(db, skeletons, now)
    await db
      .updateTable('username_skeletons')
      .set({ held_until: until.getTime() })
      .where('account_id', '=', id)
      .where('held_until', 'is', null)
      .where('skeleton', 'not in', skeletons)
      .execute()
    for (const skeleton of skeletons) if (!(await this.#use(db, id, skeleton))) return false
    return true
  }

  /**
   * Gives all skeletons of an account to another one.
   * @param until until when those that are in use are held; null if they stay in use
   */
  async handOver(db: Transaction, from: AccountId, to: AccountId, until: Date | null): Promise<void> {
    const own = db.updateTable('username_skeletons').where('account_id', '=', from)
    if (until !== null)
      await own.set({ held_until: until.getTime() }).where('held_until', 'is', null).execute()
    await own.set({ account_id: to }).execute()
  }

  /** Takes the skeletons from the account, and holds them for no one. */
  async detach(db: Transaction, id: AccountId, until: Date): Promise<void> {
    await db
      .updateTable('username_skeletons')
      .set({ account_id: null, held_until: until.getTime() })
      .where('account_id', '=', id)
      .execute()
  }

  /** True if any of the skeletons is in use or on hold. */
  async isTaken(db: Database, skeletons: readonly string[], now: Date): Promise<boolean> {
    const taken = await db
      .selectFrom('username_skeletons')
      .select('skeleton')
      .where('skeleton', 'in', skeletons)
      .where((row) => row.or([row('held_until', 'is', null), row('held_until', '>', now.getTime())]))
      .executeTakeFirst()
    return taken !== undefined
  }

  /** @returns when the holds of the account end, the next first */
  async listHolds(db: Database, id: AccountId, now: Date): Promise<Date[]> {
    const rows = await db
      .selectFrom('username_skeletons')
      .select('held_until')
      .where('account_id', '=', id)
      .where('held_until', '>', now.getTime())
      .orderBy('held_until')
      .execute()
    return rows.flatMap(({ held_until }) => (held_until === null ? [] : [new Date(held_until)]))
  }

  /** Deletes skeletons whose hold has ended. @returns how many, at most `limit` */
  async deleteExpired(db: Transaction, now: Date, limit: number): Promise<number> {
    const rows = db.selectFrom('username_skeletons').select('skeleton')
    const expired = await rows.where('held_until', '<=', now.getTime()).limit(limit).execute()
    const skeletons = expired.map(({ skeleton }) => skeleton)
    if (skeletons.length > 0) await this.#deleteExpired(db, skeletons, now)
    return skeletons.length
  }

  // Selects first: deleting rows that do not exist locks gaps, and other requests that insert there would wait.
  async #deleteExpired(db: Transaction, skeletons: readonly string[], now: Date): Promise<void> {
    const nowMs = now.getTime()
    const rows = db.selectFrom('username_skeletons').select('skeleton')
    const expired = await rows.where('skeleton', 'in', skeletons).where('held_until', '<=', nowMs).execute()
    for (const { skeleton } of expired)
      await db
        .deleteFrom('username_skeletons')
        .where('skeleton', '=', skeleton)
        .where('held_until', '<=', nowMs)
        .execute()
  }

  // The account may have the skeleton already, in use or on hold.
  async #use(db: Transaction, id: AccountId, skeleton: string): Promise<boolean> {
    const isChanged = await changesRows(
      db
        .updateTable('username_skeletons')
        .set({ held_until: null })
        .where('account_id', '=', id)
        .where('skeleton', '=', skeleton),
    )
    if (isChanged) return true
    return await isFree(db.insertInto('username_skeletons').values({ account_id: id, skeleton }).execute())
  }
}

async function isFree(insertion: Promise<unknown>): Promise<boolean> {
  try {
    await insertion
    return true
  } catch (error) {
    if (error instanceof UniqueViolation) return false
    throw error
  }
}
