import { type ClientBase, Pool } from 'pg'
import { type Database, DuplicateError, type Row, type Statements } from './database.ts'

const connectionsMax = 10

export function openPostgres(url: string): Database {
  const pool = new Pool({ connectionString: url, max: connectionsMax })
  // A connection that breaks while no one uses it. The pool opens another one when it needs it.
  pool.on('error', () => undefined)
  return {
    ...statementsOf(pool),
    serialKey: 'INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
    transaction: (work) => inTransaction(pool, work),
    close: () => pool.end(),
  }
}

async function inTransaction<Result>(
  pool: Pool,
  work: (statements: Statements) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  let isBroken = false
  try {
    await client.query('BEGIN')
    const result = await work(statementsOf(client))
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {
      isBroken = true
    })
    throw error
  } finally {
    // A connection that could not be rolled back is thrown away.
    client.release(isBroken)
  }
}

function statementsOf(client: Pool | ClientBase): Statements {
  return {
    select: async (sql, values = []) => (await client.query<Row>(numbered(sql), [...values])).rows,
    change: async (sql, values = []) => {
      try {
        return (await client.query(numbered(sql), [...values])).rowCount ?? 0
      } catch (error) {
        // unique_violation
        throw (error as { readonly code?: unknown }).code === '23505' ? new DuplicateError(error) : error
      }
    },
  }
}

/** `?` as `$1`, `$2` and so on. No statement of this service has a question mark of another meaning. */
function numbered(sql: string): string {
  let count = 0
  return sql.replaceAll('?', () => `$${++count}`)
}
