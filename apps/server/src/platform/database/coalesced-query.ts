import { type Compilable, type Expression, type SqlBool, sql } from 'kysely'
import { Coalescer } from '../kernel/coalescer.ts'
import { keyListsOf } from './dialects/key-lists.ts'
import { PreparedQuery } from './prepared-query.ts'
import type { Database } from './tables.ts'

/** The condition that a column has one of the keys. */
export type HasKey = (column: string) => Expression<SqlBool>

/** Lists have a few fixed lengths, so that an engine plans few statements. A shorter list repeats its first key. */
const listLengths = [2, 4, 8, 16, 32] as const
const keysMax = 32
/** One question runs while the next one gathers. More of them, with fewer keys each, were slower. */
const underWayMax = 2
const slowMs = 20

type Keyed<Values> = Values & { readonly key: string }
type KeyedByArray<Values> = Values & { readonly keys: readonly string[] }
type KeyedByList<Values> = Values & Record<`key${number}`, string>

export interface CoalescedQueryOptions<Values extends object, Row> {
  /** The names of the values that all keys have in common. */
  readonly names: readonly (keyof Values & string)[]
  readonly build: (db: Database, values: Values, hasKey: HasKey) => Compilable<Row>
  /** The key of a row that was found. */
  readonly keyOf: (row: Row) => string
}

/**
 * A prepared query that finds rows by one key. Look-ups that arrive together go as one statement: a round trip, or the
 * way through a driver, costs more than the look-up. A look-up alone, or in a transaction, has a statement of its own.
 */
export class CoalescedQuery<Values extends object, Row> {
  readonly #keyOf: (row: Row) => string
  readonly #byKey: PreparedQuery<Keyed<Values>, Row>
  readonly #byArray: PreparedQuery<KeyedByArray<Values>, Row>
  readonly #byList: ReadonlyMap<number, PreparedQuery<KeyedByList<Values>, Row>>
  /** By adapter, which belongs to one database. */
  readonly #coalescers = new WeakMap<object, Coalescer<string, Values, Row[]>>()

  constructor({ names, build, keyOf }: CoalescedQueryOptions<Values, Row>) {
    this.#keyOf = keyOf
    this.#byKey = new PreparedQuery([...names, 'key'], (db, values) =>
      build(db, values, (column) => sql`${sql.ref(column)} = ${values.key}`),
    )
    this.#byArray = new PreparedQuery([...names, 'keys'], (db, values) =>
      build(db, values, (column) => sql`${sql.ref(column)} = any(${values.keys})`),
    )
    this.#byList = new Map(listLengths.map((length) => [length, listQuery(length, names, build)]))
  }

  /** Like `PreparedQuery.execute`, for the rows of one key. */
  execute(db: Database, key: string, values: Values): Promise<readonly Row[]> {
    const { adapter } = db.getExecutor()
    if (db.isTransaction) return this.#byKey.execute(db, { ...values, key })
    return this.#coalescer(db, adapter)
      .find(key, values)
      .then((rows) => rows ?? [])
  }

  #coalescer(db: Database, adapter: object): Coalescer<string, Values, Row[]> {
    const known = this.#coalescers.get(adapter)
    if (known !== undefined) return known
    const ask = async (keys: readonly string[], values: Values) =>
      Map.groupBy(await this.#executeMany(db, keys, values), this.#keyOf)
    const coalescer = new Coalescer({ ask, keysMax, underWayMax, slowMs })
    this.#coalescers.set(adapter, coalescer)
    return coalescer
  }

  #executeMany(db: Database, keys: readonly string[], values: Values): Promise<Row[]> {
    const [key = '', ...more] = keys
    if (more.length === 0) return this.#byKey.execute(db, { ...values, key })
    if (keyListsOf(db.getExecutor().adapter) === 'array')
      return this.#byArray.execute(db, { ...values, keys })
    const length = listLengths.find((each) => each >= keys.length) ?? keysMax
    const query = this.#byList.get(length)
    if (query === undefined) throw new Error(`no statement for ${keys.length} keys`)
    const list: Record<`key${number}`, string> = {}
    for (let index = 0; index < length; index++) list[`key${index}`] = keys[index] ?? key
    return query.execute(db, { ...values, ...list })
  }
}

function listQuery<Values extends object, Row>(
  length: number,
  names: readonly (keyof Values & string)[],
  build: CoalescedQueryOptions<Values, Row>['build'],
): PreparedQuery<KeyedByList<Values>, Row> {
  const keys = Array.from({ length }, (_, index) => `key${index}` as const)
  return new PreparedQuery([...names, ...keys], (db, values) =>
    build(db, values, (column) => sql`${sql.ref(column)} in (${sql.join(keys.map((key) => values[key]))})`),
  )
}
