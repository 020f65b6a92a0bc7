import { rm } from 'node:fs/promises'
import { Writable } from 'node:stream'
import { type ServerOptions, startServer } from '../../src/app/server.ts'
import { loadConfig } from '../../src/platform/config/load-config.ts'
import { createLogger } from '../../src/platform/http/logging.ts'
import { failTest } from './connections.ts'
import { takeDatabase } from './database-pool.ts'
import type { TestEngine } from './engines.ts'
import { FrozenClock } from './frozen-clock.ts'
import { withCheapHashes } from './hashes.ts'
import { openApiCheckFor } from './openapi-check.ts'
import { makeScratchFolder } from './scratch-folder.ts'
import { TestClient } from './test-client.ts'

export const testSecret = 'aVeryLongSecretOnlyForTests-4f8b1c9d2e7a6053'

/** A complete server on its own database, reached over HTTP. Only its clock is special. */
export interface TestServer {
  readonly url: string
  readonly databaseUrl: string
  readonly clock: FrozenClock
  /** Checks every answer against the server's own OpenAPI document. */
  readonly client: TestClient
  /** Its log, one line of JSON each. */
  readonly log: readonly string[]
  close(): Promise<void>
}

export interface TestServerOptions {
  readonly env?: Readonly<Record<string, string>>
  /** The database of another test server, to start a second node or to restart it. The caller drops it. */
  readonly databaseUrl?: string
  readonly clock?: FrozenClock
  readonly connect?: ServerOptions['connect']
  readonly timeouts?: ServerOptions['timeouts']
}

export async function startTestServer(
  engine: TestEngine,
  options: TestServerOptions = {},
): Promise<TestServer> {
  const database = options.databaseUrl === undefined ? await takeDatabase(engine) : null
  const databaseUrl = options.databaseUrl ?? database?.url ?? ''
  const dataDir = await makeScratchFolder()
  const clock = options.clock ?? new FrozenClock()
  const log: string[] = []
  const config = loadConfig(
    withCheapHashes({
      PROXIMA_PORT: '0',
      PROXIMA_SECRET: testSecret,
      PROXIMA_DATABASE_URL: databaseUrl,
      PROXIMA_DATA_DIR: dataDir,
      PROXIMA_LIMITS: 'off',
      // The codes of new accounts would be in the way of tests about other messages.
      PROXIMA_VERIFICATION: 'off',
      // Tests sign in from many networks, and would find its mails among those that they look for.
      PROXIMA_NEW_SIGN_IN_NOTICE: 'off',
      // No request is refused because the machine is busy with other work.
      PROXIMA_PASSWORD_QUEUE_WAIT_MS: '30000',
      ...options.env,
    }),
  )
  const logger = createLogger({ level: config.logLevel, format: 'json' }, collect(log))
  const server = await startServer({
    onLostWrites: failTest,
    config,
    masterSecret: config.secret ?? testSecret,
    logger,
    clock,
    ...(options.connect && { connect: options.connect }),
    ...(options.timeouts && { timeouts: options.timeouts }),
    // A database that fails on request counts the statements that it gets.
    seals: options.connect === undefined,
  })
  const { check } = await openApiCheckFor(options.env ?? {}, server.url)
  return {
    url: server.url,
    databaseUrl,
    clock,
    client: new TestClient(server.url, { onAnswer: check }),
    log,
    close: async () => {
      await server.close()
      await database?.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function collect(lines: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      const all = chunk.toString().trimEnd().split('\n')
      // The test does not see whether `startTestServer` has read the document.
      lines.push(...all.filter((line) => !line.includes('"route":"/openapi.json"')))
      done()
    },
  })
}
