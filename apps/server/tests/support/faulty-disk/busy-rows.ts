import { closeSync, openSync, readSync } from 'node:fs'
import { type Kysely, sql } from 'kysely'
import { connect } from '../../../src/platform/database/connect.ts'

/**
 * A program that writes to a few rows all the time, as a server would write them. It prints each generation of a row that
 * was acknowledged, and each that it has read: `acknowledged 7 42`. It ends when its log has started over several times.
 */

const lanes = 24
const logsMin = 6
const path = process.argv[2] ?? ''

function end(error: Error): never {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}

const { db } = connect(
  { engine: 'sqlite', path },
  { poolMax: 1, statementTimeoutMs: 0, onError: end, onLostWrites: end },
)
const rows = db as unknown as Kysely<{ busy: { id: number; generation: number; pad: string } }>
await sql`create table busy (id integer primary key, generation integer, pad text)`.execute(db)
let generation = 0

const log = openSync(`${path}-wal`, 'r')
const header = Buffer.alloc(32)
const logs = new Set<number>()

/** The log has a new number each time that it starts over. */
function isDone(): boolean {
  readSync(log, header, 0, header.length, 0)
  logs.add(header.readUInt32BE(16))
  return logs.size >= logsMin
}

for (let id = 0; id < lanes; id++) await rows.insertInto('busy').values({ id, generation, pad: '' }).execute()

function say(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(`${text}\n`, () => resolve()))
}

async function write(id: number): Promise<void> {
  while (!isDone()) {
    generation++
    const values = { generation, pad: String(generation).repeat(1_000) }
    await rows.updateTable('busy').set(values).where('id', '=', id).execute()
    await say(`acknowledged ${id} ${values.generation}`)
  }
}

async function read(): Promise<void> {
  while (!isDone()) {
    const found = await rows.selectFrom('busy').select(['id', 'generation']).execute()
    const last = found.toSorted((one, other) => other.generation - one.generation)[0]
    await say(`read ${last?.id} ${last?.generation}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

await Promise.all([...Array.from({ length: lanes }, (_, id) => write(id)), read()])
closeSync(log)
await db.destroy()
