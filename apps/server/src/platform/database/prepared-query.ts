import { hash } from 'node:crypto'
import type { Compilable, CompiledQuery, QueryResult } from 'kysely'
import type { Database } from './tables.ts'

const namePattern = /\/\* (prepared_\w+) \*\/$/

/** The name of a prepared query, taken from the end of its text. Engines that can plan a statement ahead need a name. */
export function preparedName(text: string): string | undefined {
  return namePattern.exec(text)?.[1]
}

function withName(text: string): string {
  return `${text} /* prepared_${hash('sha256', text, 'hex').slice(0, 16)} */`
}

/** Stands for a value in the compiled query. */
class Placeholder {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/**
 * A query that is compiled once for each database instead of at each call: for queries so frequent that building them
 * costs more than running them. It must name its columns: an engine refuses a planned `select *` once a migration has
 * added a column.
 */
export class PreparedQuery<Values extends object, Row> {
  readonly #build: (db: Database, values: Values) => Compilable<Row>
  readonly #placeholders: Values
  /** By adapter, which a database shares with all of its transactions. */
  readonly #compiled = new WeakMap<object, CompiledQuery<Row>>()

  /** `names` are those of the values. */
  constructor(
    names: readonly (keyof Values & string)[],
    build: (db: Database, values: Values) => Compilable<Row>,
  ) {
    this.#build = build
    this.#placeholders = Object.fromEntries(names.map((name) => [name, new Placeholder(name)])) as Values
  }

  async execute(db: Database, values: Values): Promise<Row[]> {
    return (await this.#run(db, values)).rows
  }

  /** Runs a statement that changes rows. @returns whether it changed any */
  async change(db: Database, values: Values): Promise<boolean> {
    const { numAffectedRows = 0n } = await this.#run(db, values)
    return numAffectedRows > 0n
  }

  #run(db: Database, values: Values): Promise<QueryResult<Row>> {
    const compiled = this.#compile(db)
    const parameters = compiled.parameters.map((parameter) =>
      parameter instanceof Placeholder ? values[parameter.name as keyof Values] : parameter,
    )
    return db.executeQuery({ ...compiled, parameters })
  }

  #compile(db: Database): CompiledQuery<Row> {
    const { adapter } = db.getExecutor()
    const known = this.#compiled.get(adapter)
    if (known !== undefined) return known
    const built = this.#build(db, this.#placeholders).compile()
    const compiled = { ...built, sql: withName(built.sql) }
    this.#compiled.set(adapter, compiled)
    return compiled
  }
}
