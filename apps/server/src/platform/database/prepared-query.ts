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
  /** The number of the part of the statement that has the value. */
  readonly part: number

  constructor(name: string, part: number) {
    this.name = name
    this.part = part
  }
}

/** Stand for the values of a part of a statement until it runs. */
export function placeholders<Values extends object>(
  names: readonly (keyof Values & string)[],
  part = 0,
): Values {
  return Object.fromEntries(names.map((name) => [name, new Placeholder(name, part)])) as Values
}

/** A statement that is compiled once for each database. It may have several parts, each with values of its own. */
export class CompiledOnce<Row> {
  readonly #build: (db: Database) => Compilable<Row>
  /** By adapter, which a database shares with all of its transactions. */
  readonly #compiled = new WeakMap<object, CompiledQuery<Row>>()

  constructor(build: (db: Database) => Compilable<Row>) {
    this.#build = build
  }

  /** @param values those of each part */
  run(db: Database, values: readonly object[]): Promise<QueryResult<Row>> {
    return db.executeQuery(this.bind(db, values))
  }

  /** The statement with its values. */
  bind(db: Database, values: readonly object[]): CompiledQuery<Row> {
    const compiled = this.#compile(db)
    const parameters = compiled.parameters.map((parameter) =>
      parameter instanceof Placeholder ? valueFor(parameter, values) : parameter,
    )
    return { ...compiled, parameters }
  }

  #compile(db: Database): CompiledQuery<Row> {
    const { adapter } = db.getExecutor()
    const known = this.#compiled.get(adapter)
    if (known !== undefined) return known
    const built = this.#build(db).compile()
    const compiled = { ...built, sql: withName(built.sql) }
    this.#compiled.set(adapter, compiled)
    return compiled
  }
}

function valueFor({ part, name }: Placeholder, values: readonly object[]): unknown {
  return values[part]?.[name as never]
}

/**
 * A query that is compiled once for each database instead of at each call: for queries so frequent that building them
 * costs more than running them. It must name its columns: an engine refuses a planned `select *` once a migration has
 * added a column.
 */
export class PreparedQuery<Values extends object, Row> {
  readonly #statement: CompiledOnce<Row>

  /** `names` are those of the values. */
  constructor(
    names: readonly (keyof Values & string)[],
    build: (db: Database, values: Values) => Compilable<Row>,
  ) {
    this.#statement = new CompiledOnce((db) => build(db, placeholders(names)))
  }

  async execute(db: Database, values: Values): Promise<Row[]> {
    return (await this.#statement.run(db, [values])).rows
  }

  /** The statement with its values. */
  bind(db: Database, values: Values): CompiledQuery<Row> {
    return this.#statement.bind(db, [values])
  }

  /** Runs a statement that changes rows. @returns whether it changed any */
  async change(db: Database, values: Values): Promise<boolean> {
    const { numAffectedRows = 0n } = await this.#statement.run(db, [values])
    return numAffectedRows > 0n
  }
}
