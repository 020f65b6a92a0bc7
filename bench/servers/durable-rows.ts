import { DatabaseSync } from 'node:sqlite'
import { createPool } from 'mysql2/promise'
import pg from 'pg'

const rows = 1_000
const connectionsMax = 10

/**
 * Returns a function that updates one row of a small table, in its own transaction, which is on the disk when the call
 * returns.
 */
export async function openDurableRows(databaseUrl: string): Promise<() => Promise<void>> {
  const update = await open(databaseUrl)
  let index = 0
  return async () => {
    index = (index + 1) % rows
    await update(index)
  }
}

function open(databaseUrl: string): Promise<(id: number) => Promise<void>> {
  if (databaseUrl.startsWith('sqlite:')) return openSqlite(databaseUrl.slice('sqlite:'.length))
  return databaseUrl.startsWith('postgres') ? openPostgres(databaseUrl) : openMysql(databaseUrl)
}

const createTable = 'create table bench (id int primary key, generation int)'
const values = Array.from({ length: rows }, (_, id) => `(${id}, 0)`).join()
const insertRows = `insert into bench values ${values}`
const update = (slot: string) => `update bench set generation = generation + 1 where id = ${slot}`

async function openSqlite(path: string) {
  const db = new DatabaseSync(path)
  db.exec('pragma journal_mode = wal; pragma synchronous = full')
  db.exec(createTable)
  db.exec(insertRows)
  const statement = db.prepare(update('?'))
  return async (id: number) => {
    statement.run(id)
  }
}

async function openPostgres(connectionString: string) {
  const pool = new pg.Pool({ connectionString, max: connectionsMax })
  await pool.query(createTable)
  await pool.query(insertRows)
  return async (id: number) => {
    await pool.query({ name: 'update', text: update('$1'), values: [id] })
  }
}

async function openMysql(uri: string) {
  const pool = createPool({ uri, connectionLimit: connectionsMax })
  await pool.query(createTable)
  await pool.query(insertRows)
  return async (id: number) => {
    await pool.execute(update('?'), [id])
  }
}
