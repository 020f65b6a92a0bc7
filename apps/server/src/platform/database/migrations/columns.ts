import {
  DummyDriver,
  Kysely,
  type KyselyPlugin,
  type RootOperationNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { migrations } from './list.ts'
import type { MigrationContext } from './migration.ts'

export type Columns = ReadonlyMap<string, ReadonlySet<string>>

const type = 'text'
const context: MigrationContext = {
  types: { id: type, time: type, integer: type, bytes: type, text: () => type },
  tableOptions: '',
  changingTableOptions: '',
  indexOnlyTableOptions: '',
  partialIndexes: true,
}

/** The columns of each table once these migrations are applied. Runs them on no database. */
export async function columnsAfter(names: readonly string[]): Promise<Columns> {
  const columns = new Map<string, Set<string>>()
  const db = new Kysely<unknown>({ dialect, plugins: [recorder(columns)] })
  for (const name of names) await migrations[name]?.up(db, context)
  return columns
}

const dialect = {
  createAdapter: () => new SqliteAdapter(),
  createDriver: () => new DummyDriver(),
  createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
}

// A migration that alters a table needs a line here. A test compares the columns with those of a real database.
function recorder(columns: Map<string, Set<string>>): KyselyPlugin {
  return {
    transformQuery({ node }: { node: RootOperationNode }) {
      if (node.kind === 'CreateTableNode') {
        const names = node.columns.map(({ column }) => column.column.name)
        columns.set(node.table.table.identifier.name, new Set(names))
      }
      return node
    },
    transformResult: async ({ result }) => result,
  }
}
