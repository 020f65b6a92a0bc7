import { setTimeout } from 'node:timers/promises'
import {
  type Kysely,
  type MigrationLockOptions,
  MysqlAdapter,
  MysqlDialect,
  type MysqlPool,
  sql,
} from 'kysely'
import type { Pool, ResultSetHeader, RowDataPacket } from 'mysql2'

const paceMs = 1_000
/** Counted in consecutive checks, not seconds: a schema change stops all updates in a cluster, those of the holder too. */
const looksUntilAbandoned = 15

/** Errors of a node that undid the update in favour of another, or that has left the cluster for a moment. */
const retried = new Set<unknown>([1047, 1180, 1213])

/**
 * A lock on a whole Galera cluster. `get_lock` holds on one node only, so servers on different nodes would migrate at
 * the same time. If two servers update one row, certification lets one through. The holder increments a count while it
 * works; a count that does not change belongs to a server that is gone.
 */
export class GaleraLock {
  readonly #pool: Pool
  readonly #options: MigrationLockOptions
  /** The pause between two checks, and between two increments. */
  readonly #paceMs: number
  readonly #released = new AbortController()
  #beat = 0
  #beating: Promise<void> = Promise.resolve()

  constructor(pool: Pool, options: MigrationLockOptions, pace = paceMs) {
    this.#pool = pool
    this.#options = options
    this.#paceMs = pace
  }

  async acquire(): Promise<void> {
    let seen = -1
    for (let looks = 0; ; looks++) {
      const beat = await this.#look()
      if (beat !== seen) looks = 0
      seen = beat
      const isFree = beat === 0 || looks >= looksUntilAbandoned
      if (isFree && (await this.#count(beat, beat + 1))) break
      await setTimeout(this.#paceMs)
    }
    this.#beating = this.#keepBeating()
  }

  async release(): Promise<void> {
    this.#released.abort()
    await this.#beating
    while (!(await this.#count(this.#beat, 0)) && (await this.#look()) === this.#beat)
      await setTimeout(this.#paceMs)
  }

  async #keepBeating(): Promise<void> {
    const { signal } = this.#released
    while (!signal.aborted) {
      await setTimeout(this.#paceMs, undefined, { signal }).catch(() => undefined)
      // The next one makes up for one that fails.
      if (!signal.aborted) await this.#count(this.#beat, this.#beat + 1).catch(() => undefined)
    }
  }

  async #look(): Promise<number> {
    const { lockTable, lockRowId } = this.#options
    const [rows] = await this.#pool
      .promise()
      .query<RowDataPacket[]>('select is_locked from ?? where id = ?', [lockTable, lockRowId])
    return Number(rows[0]?.['is_locked'])
  }

  /** @returns whether the count was still the one that was read */
  async #count(from: number, to: number): Promise<boolean> {
    const { lockTable, lockRowId } = this.#options
    const values = [lockTable, to, lockRowId, from]
    const update = 'update ?? set is_locked = ? where id = ? and is_locked = ?'
    try {
      const [{ affectedRows }] = await this.#pool.promise().query<ResultSetHeader>(update, values)
      if (affectedRows > 0) this.#beat = to
      return affectedRows > 0
    } catch (error) {
      if (error instanceof Error && 'errno' in error && retried.has(error.errno)) return false
      throw error
    }
  }
}

class ClusterAdapter extends MysqlAdapter {
  readonly #pool: Pool
  #lock: GaleraLock | null = null

  constructor(pool: Pool) {
    super()
    this.#pool = pool
  }

  override async acquireMigrationLock(db: Kysely<unknown>, options: MigrationLockOptions): Promise<void> {
    await super.acquireMigrationLock(db, options)
    if (!(await isGalera(db))) return
    const lock = new GaleraLock(this.#pool, options)
    await lock.acquire()
    this.#lock = lock
  }

  // Also called if the lock was not acquired.
  override async releaseMigrationLock(db: Kysely<unknown>, options: MigrationLockOptions): Promise<void> {
    await this.#lock?.release()
    this.#lock = null
    await super.releaseMigrationLock(db, options)
  }
}

async function isGalera(db: Kysely<unknown>): Promise<boolean> {
  const { rows } = await sql<{ Value: string }>`show global variables like 'wsrep_on'`.execute(db)
  return rows[0]?.Value === 'ON'
}

/** MySQL and MariaDB, alone or as a cluster. Migrations take a second connection of the pool for their lock. */
export class ClusterDialect extends MysqlDialect {
  readonly #pool: Pool

  constructor({ pool, queries }: { pool: Pool; queries: MysqlPool }) {
    super({ pool: queries })
    this.#pool = pool
  }

  override createAdapter(): ClusterAdapter {
    return new ClusterAdapter(this.#pool)
  }
}
