import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestEngine } from '../../apps/server/tests/support/engines.ts'
import { bundle } from '../../scripts/bundle/bundle.ts'
import { fill } from '../fill/fill.ts'
import type { Person } from '../fill/people.ts'
import { compareThroughput, type Loaded, type ThroughputComparison } from '../measure/throughput.ts'
import { type BareRouteOptions, startBareRoute } from '../servers/bare-route.ts'
import { startProxima } from '../servers/proxima.ts'
import { type ServerProcess, type ServerProgram, startProcess } from '../servers/server-process.ts'

export interface BenchOptions {
  readonly isQuick: boolean
  /** The engines that this run has. */
  readonly engines: readonly TestEngine[]
  /** The folder for CPU profiles of Proxima; null for none. */
  readonly profileFolder: string | null
  readonly say: (text: string) => void
}

/** Provides what a figure needs. Closing it stops every server and deletes every file. */
export class Bench {
  readonly isQuick: boolean
  readonly engines: readonly TestEngine[]
  readonly say: (text: string) => void
  readonly #profileFolder: string | null
  readonly #resources = new AsyncDisposableStack()
  #closing: Promise<void> | null = null

  constructor({ isQuick, engines, profileFolder, say }: BenchOptions) {
    this.isQuick = isQuick
    this.engines = engines
    this.say = say
    this.#profileFolder = profileFolder
  }

  /** Returns `quick` in a quick run, otherwise `normal`. */
  pick(normal: number, quick: number): number {
    return this.isQuick ? quick : normal
  }

  engine(name: TestEngine['name']): TestEngine | null {
    return this.engines.find((engine) => engine.name === name) ?? null
  }

  /** Creates an empty database. @returns its URL */
  async database(engine: TestEngine): Promise<string> {
    const database = await engine.createDatabase()
    await this.#clearLater(() => database.drop())
    return database.url
  }

  /** Fills a database with people. @returns all of them */
  async populated(engine: TestEngine, accounts: number): Promise<{ url: string; people: readonly Person[] }> {
    const url = await this.database(engine)
    const people = await fill({ databaseUrls: [url], accounts, sample: accounts })
    return { url, people }
  }

  /** Starts the server from the sources, or another `program` of it. */
  proxima(
    databaseUrl: string,
    settings: Readonly<Record<string, string>> = {},
    program?: string,
  ): Promise<ServerProcess> {
    const profileFolder = this.#profileFolder
    return this.#stopServerLater(startProxima({ databaseUrl, settings, profileFolder, program }))
  }

  /** Bundles the server as a release does. @returns the program to start */
  async bundledProgram(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'proxima-bench-bundle-'))
    await this.#clearLater(() => rm(folder, { recursive: true, force: true }))
    await bundle(folder)
    return join(folder, 'bin/proxima.js')
  }

  bareRoute(options: BareRouteOptions = {}): Promise<ServerProcess> {
    return this.#stopServerLater(startBareRoute(options))
  }

  server(program: ServerProgram): Promise<ServerProcess> {
    return this.#stopServerLater(startProcess(program))
  }

  /** Stops something else when the run ends, or at once if it was interrupted. */
  stopLater(stop: () => Promise<void>): Promise<void> {
    return this.#clearLater(stop)
  }

  /** Measures two servers at saturation, in turn. */
  compareThroughput(subject: Loaded, limit: Loaded): Promise<ThroughputComparison> {
    const quick = { rounds: 2, seconds: 1, warmUpSeconds: 0.5 }
    return compareThroughput(
      subject,
      limit,
      this.isQuick ? quick : { rounds: 3, seconds: 3, warmUpSeconds: 2 },
    )
  }

  get isClosed(): boolean {
    return this.#closing !== null
  }

  close(): Promise<void> {
    this.#closing ??= this.#resources.disposeAsync()
    return this.#closing
  }

  /** Resources that are created while the run is being interrupted are removed at once. */
  async #clearLater(clear: () => Promise<void>): Promise<void> {
    if (!this.isClosed) return this.#resources.defer(clear)
    await clear()
    throw new Error('this run was interrupted')
  }

  async #stopServerLater(starting: Promise<ServerProcess>): Promise<ServerProcess> {
    const server = await starting
    await this.#clearLater(() => server.stop())
    return server
  }
}
