import { createPool } from 'mysql2/promise'
import pg from 'pg'

const connectionsMax = 10

/** Returns a function that reads one account by its primary key, with one statement and nothing else. */
export function openAccount(databaseUrl: string, accountId: string): () => Promise<unknown> {
  return databaseUrl.startsWith('postgres')
    ? openPostgres(databaseUrl, accountId)
    : openMysql(databaseUrl, accountId)
}

const select = (slot: string) => `select * from accounts where id = ${slot}`

function openPostgres(connectionString: string, accountId: string) {
  const pool = new pg.Pool({ connectionString, max: connectionsMax })
  return async (): Promise<unknown> => {
    const { rows } = await pool.query<object>(select('$1'), [accountId])
    return rows[0]
  }
}

function openMysql(uri: string, accountId: string) {
  const pool = createPool({ uri, connectionLimit: connectionsMax })
  return async (): Promise<unknown> => {
    const [rows] = await pool.execute(select('?'), [accountId])
    return (rows as unknown[])[0]
  }
}
