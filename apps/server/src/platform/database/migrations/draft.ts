import { type CreateTableBuilder, type Kysely, type RawBuilder, sql } from 'kysely'
import type { MigrationContext } from './migration.ts'

/** In characters, unless said otherwise. */
export const lengths = {
  /** A username, an email address, a hash in PHC form. */
  identifier: 254,
  skeleton: 512,
  name: 200,
  code: 32,
  digest: 64,
  /** Ciphertext in base64url, and JWKs. */
  sealed: 4_096,
}

type AnyTable = CreateTableBuilder<string, string>

/** The words that all migrations are written in; what the engines call them is settled here. */
export class Draft {
  readonly id: RawBuilder<unknown>
  readonly time: RawBuilder<unknown>
  readonly #db: Kysely<unknown>
  readonly #context: MigrationContext

  constructor(db: Kysely<unknown>, context: MigrationContext) {
    this.id = sql.raw(context.types.id)
    this.time = sql.raw(context.types.time)
    this.#db = db
    this.#context = context
  }

  text(lengthMax: number): RawBuilder<unknown> {
    return sql.raw(this.#context.types.text(lengthMax))
  }

  async createTable(name: string, define: (table: AnyTable) => AnyTable): Promise<void> {
    const table: AnyTable = this.#db.schema.createTable(name).ifNotExists()
    await define(table).modifyEnd(sql.raw(this.#context.tableOptions)).execute()
  }

  /** What belongs to an account goes when the account goes. */
  createAccountTable(name: string, define: (table: AnyTable) => AnyTable): Promise<void> {
    return this.createTable(name, (table) =>
      define(table.addColumn('account_id', this.id, (column) => column.notNull())).addForeignKeyConstraint(
        `${name}_account_id_fk`,
        ['account_id'],
        'accounts',
        ['id'],
        (key) => key.onDelete('cascade'),
      ),
    )
  }

  async createIndex(table: string, ...columns: readonly string[]): Promise<void> {
    const name = `${table}_${columns.join('_')}_index`
    await this.#db.schema
      .createIndex(name)
      .ifNotExists()
      .on(table)
      .columns([...columns])
      .execute()
  }
}

export async function dropTables(db: Kysely<unknown>, ...tables: readonly string[]): Promise<void> {
  for (const table of tables) await db.schema.dropTable(table).ifExists().execute()
}
