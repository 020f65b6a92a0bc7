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
  url: 500,
  /** Of several lines. */
  prose: 2_000,
  /** Ciphertext in base64url, and JWKs. */
  sealed: 4_096,
  /** A whole User with the longest names there may be, in JSON and sealed. */
  answer: 8_192,
}

type AnyTable = CreateTableBuilder<string, string>

/** The words that all migrations are written in; what the engines call them is settled here. */
export class Draft {
  readonly id: RawBuilder<unknown>
  readonly time: RawBuilder<unknown>
  readonly integer: RawBuilder<unknown>
  readonly bytes: RawBuilder<unknown>
  readonly #db: Kysely<unknown>
  readonly #context: MigrationContext

  constructor(db: Kysely<unknown>, context: MigrationContext) {
    this.id = sql.raw(context.types.id)
    this.time = sql.raw(context.types.time)
    this.integer = sql.raw(context.types.integer)
    this.bytes = sql.raw(context.types.bytes)
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

  /** May be null, so that the version before can still insert. */
  async addColumns(table: string, columns: Readonly<Record<string, RawBuilder<unknown>>>): Promise<void> {
    const there = await this.#columnsOf(table)
    for (const [name, type] of Object.entries(columns)) {
      if (!there.has(name)) await this.#db.schema.alterTable(table).addColumn(name, type).execute()
    }
  }

  async dropColumns(table: string, ...columns: readonly string[]): Promise<void> {
    const there = await this.#columnsOf(table)
    for (const name of columns) {
      if (there.has(name)) await this.#db.schema.alterTable(table).dropColumn(name).execute()
    }
  }

  /** Beside a column that was added; a new table states what is unique itself. */
  async createUniqueIndex(table: string, column: string): Promise<void> {
    const index = this.#db.schema.createIndex(`${table}_${column}_unique`).ifNotExists()
    await index.unique().on(table).column(column).execute()
  }

  /**
   * Of a column that few rows have. SQLite reckons with as many rows for a value as there are on average, those without
   * one included; where it has once been told to `analyze`, it would read the whole table rather than such an index.
   */
  async createSparseUniqueIndex(table: string, column: string): Promise<void> {
    if (!this.#context.partialIndexes) return await this.createUniqueIndex(table, column)
    const index = this.#db.schema.createIndex(`${table}_${column}_unique`).ifNotExists()
    await index.unique().on(table).column(column).where(sql.ref(column), 'is not', null).execute()
  }

  async dropUniqueIndex(table: string, column: string): Promise<void> {
    await this.#dropIndex(table, `${table}_${column}_unique`)
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

  async dropIndex(table: string, ...columns: readonly string[]): Promise<void> {
    await this.#dropIndex(table, `${table}_${columns.join('_')}_index`)
  }

  async #dropIndex(table: string, name: string): Promise<void> {
    const drop = this.#db.schema.dropIndex(name).ifExists()
    await (this.#context.indexNames === 'per table' ? drop.on(table) : drop).execute()
  }

  // Not every engine knows `add column if not exists`.
  async #columnsOf(table: string): Promise<Set<string>> {
    const tables = await this.#db.introspection.getTables()
    return new Set(tables.find(({ name }) => name === table)?.columns.map(({ name }) => name))
  }
}

export async function dropTables(db: Kysely<unknown>, ...tables: readonly string[]): Promise<void> {
  for (const table of tables) await db.schema.dropTable(table).ifExists().execute()
}
