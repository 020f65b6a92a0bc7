import type { Database } from '../../../platform/database/tables.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import type { ServerId } from '../../../platform/kernel/ids.ts'
import { mayRun, type RunningServer, rowLifeMs } from './model.ts'
import type { ServersRepository } from './repository.ts'

export interface ServersServiceOptions {
  readonly db: Database
  readonly servers: ServersRepository
  readonly clock: Clock
}

/** Knows which servers run on this database. */
export class ServersService {
  readonly #options: ServersServiceOptions

  constructor(options: ServersServiceOptions) {
    this.#options = options
  }

  /** Records that the server runs now. */
  async report(server: Omit<RunningServer, 'seenAt'>): Promise<void> {
    const { db, servers, clock } = this.#options
    await servers.save(db, { ...server, seenAt: clock.now() })
  }

  /** Records that the server has ended. */
  async leave(id: ServerId): Promise<void> {
    await this.#options.servers.delete(this.#options.db, id)
  }

  /** For a database that no server uses, such as a restored one. A backup knows the servers that ran when it was made. */
  async forgetAll(): Promise<void> {
    await this.#options.servers.deleteAll(this.#options.db)
  }

  /** The servers that were seen in the last minutes. One that has just crashed is among them. */
  async listRunning(): Promise<RunningServer[]> {
    const { db, servers, clock } = this.#options
    const now = clock.now()
    return (await servers.list(db)).filter((server) => mayRun(server, now))
  }

  /** Deletes the rows of servers that ended without deleting their own. @returns how many, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { db, servers, clock } = this.#options
    const nowMs = clock.now().getTime()
    await servers.deleteAhead(db, new Date(nowMs + rowLifeMs))
    return await servers.deleteOld(db, new Date(nowMs - rowLifeMs), limit)
  }
}
