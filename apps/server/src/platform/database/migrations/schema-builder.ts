import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { MigrationContext } from './migration.ts'

/** The maximum length of each kind of text, in characters. */
export const lengths = {
  /** A username, an email address, a hash in PHC form. */
  identifier: 254,
  skeleton: 512,
  name: 200,
  code: 32,
  digest: 64,
  url: 500,
  /** Several lines. */
  prose: 2_000,
  /** Ciphertext in base64url, and JWKs. */
  sealed: 4_096,
  /** The largest possible User, as sealed JSON. */
  answer: 8_192,
}

interface Column {
  readonly type: RawBuilder<unknown>
  readonly isOptional: boolean
}

interface Reference {
  readonly table: string
  readonly column: string
}

interface TableDefinition {
  /** A column holds a value in every row unless it is `optional`. */
  readonly columns: Readonly<Record<string, Column>>
  readonly primaryKey: readonly string[]
  readonly unique?: readonly (readonly string[])[]
  readonly indexes?: readonly (readonly string[])[]
  /** Unique columns that are null in most rows. */
  readonly sparseUnique?: readonly string[]
  /** Columns to look up that are null in most rows. */
  readonly sparseIndexes?: readonly string[]
  readonly changesOften?: boolean
  /** True if all its columns are in its primary key, so that the key is the table. */
  readonly isIndexOnly?: boolean
  /** Columns that hold the key of a row of another table. The database deletes the row together with that one. */
  readonly references?: Readonly<Record<string, Reference>>
}

/** Creates tables and indexes on every engine from the same definition. Every step can be repeated. */
export class SchemaBuilder {
  readonly id: Column
  readonly time: Column
  readonly integer: Column
  readonly bytes: Column
  readonly #db: Kysely<unknown>
  readonly #context: MigrationContext

  constructor(db: Kysely<unknown>, context: MigrationContext) {
    this.id = required(context.types.id)
    this.time = required(context.types.time)
    this.integer = required(context.types.integer)
    this.bytes = required(context.types.bytes)
    this.#db = db
    this.#context = context
  }

  text(lengthMax: number): Column {
    return required(this.#context.types.text(lengthMax))
  }

  async createTable(name: string, definition: TableDefinition): Promise<void> {
    await this.#createTable(name, definition, { belongsToAccount: false })
  }

  /** Creates a table whose rows belong to an account (`account_id`). The database deletes them with the account. */
  async createAccountTable(name: string, definition: TableDefinition): Promise<void> {
    const columns = { account_id: this.id, ...definition.columns }
    await this.#createTable(name, { ...definition, columns }, { belongsToAccount: true })
  }

  async #createTable(
    name: string,
    {
      columns,
      primaryKey,
      unique = [],
      indexes = [],
      sparseUnique = [],
      sparseIndexes = [],
      changesOften = false,
      isIndexOnly = false,
      references = {},
    }: TableDefinition,
    { belongsToAccount }: { belongsToAccount: boolean },
  ): Promise<void> {
    let table = this.#db.schema.createTable(name).ifNotExists()
    for (const [column, { type, isOptional }] of Object.entries(columns))
      table = table.addColumn(column, type, (builder) => (isOptional ? builder : builder.notNull()))
    table = table.addPrimaryKeyConstraint(`${name}_pk`, [...primaryKey] as never[])
    for (const names of unique)
      table = table.addUniqueConstraint(`${name}_${names.join('_')}_unique`, [...names] as never[])
    const owner = belongsToAccount ? { account_id: { table: 'accounts', column: 'id' } } : {}
    for (const [column, target] of Object.entries({ ...owner, ...references }))
      table = table.addForeignKeyConstraint(
        `${name}_${column}_fk`,
        [column] as never[],
        target.table,
        [target.column],
        (key) => key.onDelete('cascade'),
      )
    const { tableOptions, changingTableOptions, indexOnlyTableOptions } = this.#context
    const options = changesOften ? `${tableOptions} ${changingTableOptions}`.trim() : tableOptions
    await table.modifyEnd(sql.raw(isIndexOnly ? indexOnlyTableOptions : options)).execute()
    for (const names of indexes) await this.#createIndex(name, names)
    for (const column of sparseUnique) await this.#createSparseIndex(name, column, { isUnique: true })
    for (const column of sparseIndexes) await this.#createSparseIndex(name, column, { isUnique: false })
  }

  async #createIndex(table: string, columns: readonly string[]): Promise<void> {
    const index = this.#db.schema.createIndex(indexName(table, columns)).ifNotExists()
    await index
      .on(table)
      .columns([...columns])
      .execute()
  }

  /**
   * SQLite estimates how many rows share a value from the average of the whole column, rows without a value included.
   * After `analyze` it would therefore read the whole table instead of such an index, unless the index leaves those
   * rows out.
   */
  async #createSparseIndex(
    table: string,
    column: string,
    { isUnique }: { readonly isUnique: boolean },
  ): Promise<void> {
    const name = `${table}_${column}_${isUnique ? 'unique' : 'index'}`
    const index = this.#db.schema.createIndex(name).ifNotExists()
    const whole = (isUnique ? index.unique() : index).on(table).column(column)
    await (this.#context.partialIndexes ? whole.where(sql.ref(column), 'is not', null) : whole).execute()
  }
}

/** PostgreSQL cuts off longer names, and MariaDB refuses them. */
const nameLengthMax = 63

/** After its columns; if that is too long, after the first of them and their number. */
function indexName(table: string, columns: readonly string[]): string {
  const name = `${table}_${columns.join('_')}_index`
  return name.length <= nameLengthMax ? name : `${table}_${columns[0]}_and_${columns.length - 1}_index`
}

/** Makes a column nullable. */
export function optional(column: Column): Column {
  return { ...column, isOptional: true }
}

function required(type: string): Column {
  return { type: sql.raw(type), isOptional: false }
}

export async function dropTables(db: Kysely<unknown>, ...tables: readonly string[]): Promise<void> {
  for (const table of tables) await db.schema.dropTable(table).ifExists().execute()
}
