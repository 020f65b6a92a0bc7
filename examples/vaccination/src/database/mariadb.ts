import {
  createPool,
  type Pool,
  type PoolConnection,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise'
import { type Database, DuplicateError, type Statements } from './database.ts'

const connectionsMax = 10

export function openMariadb(url: string): Database {
  const pool = createPool({ uri: url, connectionLimit: connectionsMax })
  return {
    ...statementsOf(pool),
    serialKey: 'INTEGER AUTO_INCREMENT PRIMARY KEY',
    transaction: (work) => inTransaction(pool, work),
    close: () => pool.end(),
  }
}

async function inTransaction<Result>(
  pool: Pool,
  work: (statements: Statements) => Promise<Result>,
): Promise<Result> {
  const connection = await pool.getConnection()
  try {
    // The default isolation locks the gaps between rows, and refuses to change a row that is newer than its snapshot.
    await connection.query('SET TRANSACTION ISOLATION LEVEL READ COMMITTED')
    await connection.beginTransaction()
    const result = await work(statementsOf(connection))
    await connection.commit()
    connection.release()
    return result
  } catch (error) {
    // A connection that cannot be rolled back is thrown away.
    await connection.rollback().then(
      () => connection.release(),
      () => connection.destroy(),
    )
    throw error
  }
}

function statementsOf(client: Pool | PoolConnection): Statements {
  return {
    select: async (sql, values = []) => (await client.execute<RowDataPacket[]>(sql, [...values]))[0],
    change: async (sql, values = []) => {
      try {
        return (await client.execute<ResultSetHeader>(sql, [...values]))[0].affectedRows
      } catch (error) {
        // ER_DUP_ENTRY
        throw (error as { readonly errno?: unknown }).errno === 1062 ? new DuplicateError(error) : error
      }
    },
  }
}
