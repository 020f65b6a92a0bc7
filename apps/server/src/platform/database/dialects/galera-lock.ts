import { setTimeout } from 'node:timers/promises'
import { type Kysely, type MigrationLockOptions, MysqlAdapter, MysqlDialect, sql } from 'kysely'
import type { Pool, PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2'
import type { MysqlConnections } from './mysql-pool.ts'
import { disconnect, type Watched } from './response-timeout.ts'

const defaultPauseMs = 1_000
/**
 * Consecutive checks with the same count, not seconds: a schema change stops all updates in a cluster, even those of
 * the holder.
 */
const checksUntilAbandoned = 15

/** Errors of a node that undid the update in favour of another update, or that has left the cluster for a moment. */
const retried = new Set<unknown>([1047, 1180, 1213])

/**
 * A lock on a whole Galera cluster. `get_lock` locks one node only, so servers on different nodes would migrate at the
 * same time. If two servers update one row, certification accepts only one update. The holder increments a count while
 * it works. If the count stops changing, the holder is gone.
 */
export class GaleraLock {
  readonly #pool: Pool
  readonly #options: MigrationLockOptions
  /** The pause between two checks, and between two increments. */
  readonly #pauseMs: number
  readonly #released = new AbortController()
  #heartbeat = 0
  #heartbeats: Promise<void> = Promise.resolve()

  constructor(pool: Pool, options: MigrationLockOptions, pauseMs = defaultPauseMs) {
    this.#pool = pool
    this.#options = options
    this.#pauseMs = pauseMs
  }

  async acquire(): Promise<void> {
    let seen = -1
    for (let checks = 0; ; checks++) {
      const count = await this.#readCount()
      if (count !== seen) checks = 0
      seen = count
      const isFree = count === 0 || checks >= checksUntilAbandoned
      if (isFree && (await this.#replaceCount(count, count + 1))) break
      await setTimeout(this.#pauseMs)
    }
    this.#heartbeats = this.#keepCounting()
  }

  async release(): Promise<void> {
    this.#released.abort()
    await this.#heartbeats
    while (!(await this.#replaceCount(this.#heartbeat, 0)) && (await this.#readCount()) === this.#heartbeat)
      await setTimeout(this.#pauseMs)
  }

  async #keepCounting(): Promise<void> {
    const { signal } = this.#released
    while (!signal.aborted) {
      await setTimeout(this.#pauseMs, undefined, { signal }).catch(() => undefined)
      // If one increment fails, the next one makes up for it.
      if (!signal.aborted)
        await this.#replaceCount(this.#heartbeat, this.#heartbeat + 1).catch(() => undefined)
    }
  }

  async #readCount(): Promise<number> {
    const { lockTable, lockRowId } = this.#options
    const [rows] = await this.#pool
      .promise()
      .query<RowDataPacket[]>('select is_locked from ?? where id = ?', [lockTable, lockRowId])
    return Number(rows[0]?.['is_locked'])
  }

  /** @returns true if the count was still the one that was read */
  async #replaceCount(from: number, to: number): Promise<boolean> {
    const { lockTable, lockRowId } = this.#options
    const values = [lockTable, to, lockRowId, from]
    const update = 'update ?? set is_locked = ? where id = ? and is_locked = ?'
    try {
      const [{ affectedRows }] = await this.#pool.promise().query<ResultSetHeader>(update, values)
      if (affectedRows > 0) this.#heartbeat = to
      return affectedRows > 0
    } catch (error) {
      if (error instanceof Error && 'errno' in error && retried.has(error.errno)) return false
      throw error
    }
  }
}

type Open = () => Promise<Pick<MysqlConnections, 'pool' | 'queries'>>

const isClusterQuery = "show global variables like 'wsrep_on'"

/** Whether the database is, or ever was, a Galera cluster while this process ran. */
export class Cluster {
  #isSeen = false

  get isSeen(): boolean {
    return this.#isSeen
  }

  /**
   * Asks each new connection, because a database that was alone may come back as a cluster. No one uses a connection
   * that did not answer.
   */
  watch(pool: Pool): void {
    pool.on('connection', (connection: Pick<PoolConnection, 'query'> & Watched) => {
      connection.query<RowDataPacket[]>(isClusterQuery, (error, rows) => {
        if (error !== null) disconnect(connection, error)
        else if (isOn(rows)) this.#isSeen = true
      })
    })
  }
}

function isOn(rows: readonly RowDataPacket[]): boolean {
  return rows[0]?.['Value'] === 'ON'
}

export class ClusterAdapter extends MysqlAdapter {
  readonly cluster: Cluster
  readonly #open: Open
  #lock: GaleraLock | null = null

  constructor(open: Open, cluster: Cluster) {
    super()
    this.#open = open
    this.cluster = cluster
  }

  override async acquireMigrationLock(db: Kysely<unknown>, options: MigrationLockOptions): Promise<void> {
    await super.acquireMigrationLock(db, options)
    if (!(await isGalera(db))) return
    const { pool } = await this.#open()
    const lock = new GaleraLock(pool, options)
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
  return isOn((await sql<RowDataPacket>`${sql.raw(isClusterQuery)}`.execute(db)).rows)
}

/** MySQL and MariaDB, alone or as a cluster. Migrations take a second connection of the pool for their lock. */
export class ClusterDialect extends MysqlDialect {
  readonly #open: Open
  readonly #cluster: Cluster

  constructor(open: Open) {
    const cluster = new Cluster()
    super({
      pool: async () => {
        const { pool, queries } = await open()
        cluster.watch(pool)
        return queries
      },
    })
    this.#open = open
    this.#cluster = cluster
  }

  override createAdapter(): ClusterAdapter {
    return new ClusterAdapter(this.#open, this.#cluster)
  }
}
