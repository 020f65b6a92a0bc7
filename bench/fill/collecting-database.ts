import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  DummyDriver,
  InsertQueryNode,
  Kysely,
  type OperationNode,
  type QueryResult,
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  TableNode,
  ValueListNode,
  ValueNode,
  ValuesNode,
} from 'kysely'
import type { Database, Tables } from '../../apps/server/src/platform/database/tables.ts'

export interface Rows {
  readonly columns: readonly string[]
  readonly rows: unknown[][]
}

/**
 * A database that collects the inserted rows, so that they can be written to another one in bulk. The services of the
 * server write to it as to any other, so the rows are exactly those of a server, with their canonical forms and
 * skeletons.
 */
export class CollectingDatabase {
  readonly db: Database
  #tables = new Map<string, Rows>()
  #lastAccount: object = {}

  constructor() {
    this.db = new Kysely<Tables>({ dialect: this.#dialect() })
  }

  /** Returns all rows since the last call, by table, in the order in which tables refer to each other. */
  take(): ReadonlyMap<string, Rows> {
    const tables = this.#tables
    this.#tables = new Map()
    return tables
  }

  #dialect(): Dialect {
    const execute = (query: CompiledQuery): object[] => this.#execute(query)
    return {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new CollectingDriver(execute),
      createIntrospector: (db) => new SqliteIntrospector(db),
      // The SQL is not used, and generating it for a million accounts would take minutes.
      createQueryCompiler: () =>
        Object.assign(new SqliteQueryCompiler(), {
          compileQuery: (
            query: CompiledQuery['query'],
            queryId: CompiledQuery['queryId'],
          ): CompiledQuery => ({
            query,
            queryId,
            sql: '',
            parameters: InsertQueryNode.is(query) ? valuesIn(query) : [],
          }),
        }),
    }
  }

  #execute({ query: node, parameters }: CompiledQuery): object[] {
    if (InsertQueryNode.is(node)) {
      this.#insert(node, parameters)
      return []
    }
    // A registration reads the account that it has just stored. It finds no other rows, such as a contact that is held.
    if (SelectQueryNode.is(node)) return isFrom(node, 'accounts') ? [this.#lastAccount] : []
    // In an empty database there is nothing to delete, such as a username that is no longer held.
    if (node.kind === 'DeleteQueryNode') return []
    throw new Error(`a fill inserts, and this is a ${node.kind}`)
  }

  /** @param parameters the values of all rows: a prepared statement has them only when it runs */
  #insert({ into, columns = [] }: InsertQueryNode, parameters: readonly unknown[]): void {
    if (into === undefined || columns.length === 0) throw new Error('this insert has no table or no columns')
    const table = into.table.identifier.name
    const names = columns.map(({ column }) => column.name)
    const collected = this.#tables.get(table) ?? { columns: names, rows: [] }
    if (collected.columns.join() !== names.join())
      throw new Error(`inserts into ${table} differ in their columns`)
    for (let start = 0; start < parameters.length; start += names.length)
      collected.rows.push(parameters.slice(start, start + names.length))
    this.#tables.set(table, collected)
    if (table === 'accounts') this.#lastAccount = rowOf(collected)
  }
}

function isFrom({ from }: SelectQueryNode, name: string): boolean {
  return from?.froms.some((node) => TableNode.is(node) && node.table.identifier.name === name) ?? false
}

function rowOf({ columns, rows }: Rows): object {
  const last = rows.at(-1) ?? []
  return Object.fromEntries(columns.map((column, index) => [column, last[index]]))
}

function valuesIn({ values }: InsertQueryNode): unknown[] {
  if (values === undefined || !ValuesNode.is(values)) throw new Error('this insert has no values')
  return values.values.flatMap((row) => (ValueListNode.is(row) ? row.values.map(valueIn) : [...row.values]))
}

function valueIn(node: OperationNode): unknown {
  if (!ValueNode.is(node)) throw new Error(`a row holds values, and this is a ${node.kind}`)
  return node.value
}

class CollectingDriver extends DummyDriver implements Driver {
  readonly #execute: (query: CompiledQuery) => object[]

  constructor(execute: (query: CompiledQuery) => object[]) {
    super()
    this.#execute = execute
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return {
      executeQuery: async <R>(query: CompiledQuery): Promise<QueryResult<R>> => ({
        rows: this.#execute(query) as R[],
      }),
      streamQuery: () => {
        throw new Error('a fill reads no streams')
      },
    }
  }
}
