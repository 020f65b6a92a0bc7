import { placeholders } from './prepared-query.ts'
import type { Database } from './tables.ts'

let lastId = 0

/** A piece, with the values of one call. */
export interface Filled<Node> {
  readonly id: number
  readonly values: object
  /** @param part the number of the piece within its statement */
  build(db: Database, part: number): Node
}

/** A part of a statement that is composed of several. Each has values of its own, which `names` lists. */
export class StatementPiece<Values extends object, Node> {
  readonly #id = ++lastId
  readonly #names: readonly (keyof Values & string)[]
  readonly #build: (db: Database, values: Values) => Node

  constructor(names: readonly (keyof Values & string)[], build: (db: Database, values: Values) => Node) {
    this.#names = names
    this.#build = build
  }

  with(values: Values): Filled<Node> {
    const build = (db: Database, part: number) => this.#build(db, placeholders(this.#names, part))
    return { id: this.#id, values, build }
  }
}
