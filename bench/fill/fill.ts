import { PublicUrl } from '../../apps/server/src/app/public-url.ts'
import { wire } from '../../apps/server/src/app/wire.ts'
import { loadConfig } from '../../apps/server/src/platform/config/load-config.ts'
import { connect } from '../../apps/server/src/platform/database/connect.ts'
import { isEmpty } from '../../apps/server/src/platform/database/copy/rows.ts'
import { migrateUp } from '../../apps/server/src/platform/database/migrator.ts'
import { systemClock } from '../../apps/server/src/platform/kernel/clock.ts'
import { benchSecret } from '../servers/proxima.ts'
import { AccountMaker } from './account-maker.ts'
import { type BulkWriter, openBulkWriter } from './bulk-writers.ts'
import type { Rows } from './collecting-database.ts'
import type { Person } from './people.ts'
import { withDatabase } from './with-database.ts'

export interface FillOptions {
  /** Empty databases, in the form of `PROXIMA_DATABASE_URL`. All get the same rows. */
  readonly databaseUrls: readonly string[]
  readonly accounts: number
  /** How many people to return, evenly spread over all of them. */
  readonly sample: number
  readonly onProgress?: (filled: number) => void
}

const batchAccounts = 5_000

/** Migrates the databases and fills them. Generates the next batch while the last one is written. */
export async function fill(options: FillOptions): Promise<readonly Person[]> {
  const { databaseUrls, accounts, sample, onProgress } = options
  for (const url of databaseUrls) await prepare(url)
  const writers = await Promise.all(databaseUrls.map(openBulkWriter))
  const maker = await AccountMaker.create()
  const people: Person[] = []
  let writing: Promise<unknown> = Promise.resolve()
  for (let index = 0; index < accounts; ) {
    const end = Math.min(accounts, index + batchAccounts)
    for (; index < end; index++) {
      const person = await maker.add(index)
      if (isSampled(index, accounts, sample)) people.push(person)
    }
    const rows = maker.takeRows()
    await writing
    writing = Promise.all(writers.map((writer) => writeAll(writer, rows)))
    onProgress?.(index)
  }
  await writing
  await Promise.all(writers.map((writer) => writer.finish()))
  // A server would seal the events of all these registrations while it is measured.
  await Promise.all(databaseUrls.map(sealEvents))
  return people
}

function isSampled(index: number, accounts: number, sample: number): boolean {
  const share = Math.min(1, sample / accounts)
  return Math.floor((index + 1) * share) > Math.floor(index * share)
}

async function writeAll(writer: BulkWriter, tables: ReadonlyMap<string, Rows>): Promise<void> {
  for (const [table, rows] of tables) await writer.write(table, rows)
}

async function sealEvents(databaseUrl: string): Promise<void> {
  await withDatabase(databaseUrl, async (db) => {
    const publicUrl = new PublicUrl('http://127.0.0.1')
    const platform = { db, redis: null, clock: systemClock, publicUrl }
    await wire({ config: loadConfig({}), masterSecret: benchSecret, ...platform }).sealing.seal()
  })
}

async function prepare(databaseUrl: string): Promise<void> {
  const { databaseUrl: location } = loadConfig({ PROXIMA_DATABASE_URL: databaseUrl })
  const connection = connect(location, { poolMax: 2, statementTimeoutMs: 0, onError: () => undefined })
  try {
    await migrateUp(connection)
    // A fill does not check for existing accounts, so the database must be empty.
    if (!(await isEmpty(connection.db, { name: 'accounts', primaryKey: ['id'] })))
      throw new Error('this database has accounts; a fill needs an empty one')
  } finally {
    await connection.db.destroy()
  }
}
