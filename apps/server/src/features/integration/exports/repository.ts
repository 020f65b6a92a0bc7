import { batchesOf, insertRows, type Row, rowsOf } from '../../../platform/database/copy/rows.ts'
import { primaryKeys } from '../../../platform/database/table-order.ts'
import type { Database, Tables, Transaction } from '../../../platform/database/tables.ts'

/** Rows of any table that the export holds. Which columns they have is decided by the caller. */
export class RowsRepository {
  /** In the order of the primary key. @param withoutOwner only the rows that belong to no account */
  batches(
    db: Database,
    table: keyof Tables,
    { withoutOwner, limit }: { readonly withoutOwner: boolean; readonly limit: number },
  ): AsyncIterable<readonly Row[]> {
    return batchesOf(db, ordered(table), {
      batchRows: limit,
      without: withoutOwner ? 'account_id' : null,
    })
  }

  /** The rows in which the column has one of these values, in the order of the primary key. */
  async listBy(
    db: Database,
    table: keyof Tables,
    column: string,
    values: readonly unknown[],
  ): Promise<readonly Row[]> {
    const found: Row[] = []
    for (let at = 0; at < values.length; at += valuesAtOnce)
      found.push(...(await rowsOf(db, ordered(table), column, values.slice(at, at + valuesAtOnce))))
    return found
  }

  async insert(db: Transaction, table: keyof Tables, rows: readonly Row[]): Promise<void> {
    for (let at = 0; at < rows.length; at += rowsAtOnce)
      await insertRows(db, ordered(table), rows.slice(at, at + rowsAtOnce))
  }

  async hasAccounts(db: Database): Promise<boolean> {
    return (await db.selectFrom('accounts').select('id').limit(1).executeTakeFirst()) !== undefined
  }

  /** Deletes a role that no account has, and its permissions. */
  async deleteRole(db: Transaction, name: string): Promise<void> {
    await db.deleteFrom('role_permissions').where('role', '=', name).execute()
    await db.deleteFrom('roles').where('name', '=', name).execute()
  }
}

const valuesAtOnce = 500
const rowsAtOnce = 250

function ordered(table: keyof Tables) {
  return { name: table, primaryKey: primaryKeys[table] }
}
