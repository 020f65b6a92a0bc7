import type { Compilable, CompiledQuery, QueryResult } from 'kysely'
import type { Database } from './tables.ts'

const names = new Map<string, string>()

/** What a statement is called that is asked again and again, by its text; for engines that can plan one ahead. */
export function statementName(text: string): string | undefined {
  return names.get(text)
}

/** Where a value will stand. */
class Slot {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }
}

/**
 * A query that is built and compiled once for each database instead of at each call: for the one that every
 * authenticated request makes, where building it costs more than asking it. It names its columns: what an engine has
 * planned for all of a table it would refuse once a later version has added one.
 */
export class PreparedQuery<Values extends object, Row> {
  readonly #build: (db: Database, values: Values) => Compilable<Row>
  readonly #slots: Values
  /** By what a database and all of its transactions have in common. */
  readonly #compiled = new WeakMap<object, CompiledQuery<Row>>()

  /** `names` are those of the values. */
  constructor(
    names: readonly (keyof Values & string)[],
    build: (db: Database, values: Values) => Compilable<Row>,
  ) {
    this.#build = build
    this.#slots = Object.fromEntries(names.map((name) => [name, new Slot(name)])) as Values
  }

  async execute(db: Database, values: Values): Promise<Row[]> {
    return (await this.#run(db, values)).rows
  }

  /** For a statement that changes rows. @returns how many */
  async change(db: Database, values: Values): Promise<bigint> {
    return (await this.#run(db, values)).numAffectedRows ?? 0n
  }

  #run(db: Database, values: Values): Promise<QueryResult<Row>> {
    const compiled = this.#compile(db)
    const parameters = compiled.parameters.map((parameter) =>
      parameter instanceof Slot ? values[parameter.name as keyof Values] : parameter,
    )
    return db.executeQuery({ ...compiled, parameters })
  }

  #compile(db: Database): CompiledQuery<Row> {
    const { adapter } = db.getExecutor()
    const known = this.#compiled.get(adapter)
    if (known !== undefined) return known
    const compiled = this.#build(db, this.#slots).compile()
    this.#compiled.set(adapter, compiled)
    if (!names.has(compiled.sql)) names.set(compiled.sql, `prepared_${names.size + 1}`)
    return compiled
  }
}
