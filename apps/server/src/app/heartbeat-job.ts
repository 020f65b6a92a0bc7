import { hostname } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import type { Logger } from 'pino'
import { beatSeconds, type RunningServer } from '../features/safeguards/servers/model.ts'
import type { ServersService } from '../features/safeguards/servers/service.ts'
import type { Clock } from '../platform/kernel/clock.ts'
import { newId } from '../platform/kernel/ids.ts'
import { version } from './version.ts'

export interface HeartbeatOptions {
  readonly servers: Pick<ServersService, 'report' | 'leave'>
  /** The ids of this server's master secrets. */
  readonly secretIds: readonly string[]
  readonly publicUrl: string | null
  /** False until the database has its tables. */
  readonly isPrepared: () => boolean
  readonly clock: Clock
  readonly logger: Logger
}

const hostLengthMax = 254
const unpreparedPauseMs = 1_000
const leaveMaxMs = 2_000

/** Reports to the database, while the server runs, that it runs and with which secret: one small write per half minute. */
export class HeartbeatJob {
  readonly #options: HeartbeatOptions
  readonly #self: Omit<RunningServer, 'seenAt'>
  readonly #stopping = new AbortController()
  #isFailing = false
  #hasReported = false
  #running: Promise<void> = Promise.resolve()

  constructor(options: HeartbeatOptions) {
    const { secretIds, publicUrl, clock } = options
    this.#options = options
    const host = hostname().slice(0, hostLengthMax)
    this.#self = { id: newId(), host, version, secretIds, publicUrl, startedAt: clock.now() }
  }

  /** Waits for the first report, so that a server is known before it answers its first call. */
  async start(): Promise<void> {
    const pauseMs = await this.#beat()
    this.#running = this.#run(pauseMs)
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
    if (!this.#hasReported) return
    // If the database does not answer, the row is ignored after a few minutes.
    const left = this.#options.servers.leave(this.#self.id).catch(() => undefined)
    await Promise.race([left, setTimeout(leaveMaxMs, undefined, { ref: false })])
  }

  async #run(firstPauseMs: number): Promise<void> {
    const { signal } = this.#stopping
    let pauseMs = firstPauseMs
    while (!signal.aborted) {
      await setTimeout(pauseMs, undefined, { signal, ref: false }).catch(() => undefined)
      if (!signal.aborted) pauseMs = await this.#beat()
    }
  }

  /** @returns the pause until the next one, in milliseconds */
  async #beat(): Promise<number> {
    const { servers, isPrepared, logger } = this.#options
    if (!isPrepared()) return unpreparedPauseMs
    try {
      await servers.report(this.#self)
      this.#hasReported = true
      this.#isFailing = false
    } catch (error) {
      if (!this.#isFailing) logger.warn({ err: error }, 'the database could not record that this server runs')
      this.#isFailing = true
    }
    return beatSeconds * 1_000
  }
}
