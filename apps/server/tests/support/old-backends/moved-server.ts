import { wireImports } from '../../../src/app/wiring/imports.ts'
import type { Summary } from '../../../src/features/integration/imports/report/model.ts'
import type { TestEngine } from '../engines.ts'
import { openServices } from '../services.ts'
import { TestClient } from '../test-client.ts'
import { openDatabase } from '../test-database.ts'
import { startTestServer, type TestServer } from '../test-server.ts'
import { createOldDatabase, type OldTable } from './old-database.ts'

export interface Move {
  /** The contract, and the map if it has another name. */
  readonly contract: string
  readonly map?: string
  readonly tables: readonly OldTable[]
  /** By a part of the text of the question. */
  readonly answers?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

export interface MovedServer extends TestServer {
  readonly summary: Summary
  /** The texts of the questions that have no answer. */
  readonly open: readonly string[]
}

const running: TestServer[] = []

/** Closes the servers of a test. For `afterEach`. */
export async function closeMoved(): Promise<void> {
  for (const server of running.splice(0)) await server.close()
}

/** Starts a server that speaks an old contract, and imports the users of an old backend on the same engine. */
export async function moveIn(engine: TestEngine, move: Move): Promise<MovedServer> {
  const env = { PROXIMA_CONTRACTS: move.contract, ...move.env }
  const server = await startTestServer(engine, { env })
  running.push(server)
  const old = await createOldDatabase(engine, move.tables)
  const services = openServices(server)
  const imports = wireImports(services, server.clock)
  const onProgress = () => undefined
  const read = (answers: ReadonlyMap<string, string>) =>
    imports.prepare({ from: old.url, map: move.map ?? move.contract, answers, onProgress })
  const asked = await read(new Map())
  asked.close()
  const given = Object.entries(move.answers ?? {})
  const answers = asked.questions.flatMap(({ id, question }) =>
    given.filter(([about]) => question.includes(about)).map(([, answer]) => [id, answer] as const),
  )
  const prepared = await read(new Map(answers))
  try {
    await prepared.write(onProgress)
    const open = prepared.questions.filter(({ answer }) => answer === null)
    // The OpenAPI document says nothing about contracts, so nothing is compared with it.
    const client = new TestClient(server.url)
    return { ...server, client, summary: prepared.summary(), open: open.map(({ question }) => question) }
  } finally {
    prepared.close()
    await services.close()
    await old.drop()
  }
}

/** The forms of the stored passwords of people, by their old ids, such as `$argon2id$`. */
export async function passwordForms(
  { databaseUrl }: TestServer,
  people: readonly { readonly id: number | string }[],
): Promise<readonly string[]> {
  const db = openDatabase(databaseUrl)
  const rows = await db
    .selectFrom('passwords')
    .innerJoin('external_ids', 'external_ids.account_id', 'passwords.account_id')
    .select('passwords.hash')
    .where(
      'external_ids.external_id',
      'in',
      people.map(({ id }) => String(id)),
    )
    .execute()
  await db.destroy()
  return [...new Set(rows.map(({ hash }) => /^\$?[^$]+\$/.exec(hash)?.[0] ?? hash))].toSorted()
}
