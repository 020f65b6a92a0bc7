import { invalidFields } from '../kernel/problems.ts'
import { DamagedSeal, type Sealer, WrongMasterSecret } from './sealing.ts'

export interface CursorContext {
  /** The list's name, e.g. `sessions`; stands in the code. */
  readonly list: string
  /** Whose list it is: a cursor is good for nobody else's. */
  readonly owner: string
}

/** Where a page of a list ended, in a form that nobody can read or make but we (A28). */
export class Cursors {
  readonly #sealer: Sealer

  constructor(sealer: Sealer) {
    this.#sealer = sealer
  }

  write(position: string, { list, owner }: CursorContext): string {
    return this.#sealer.seal(position, { purpose: `cursor.${list}`, id: owner })
  }

  /** @throws `validation_failed` */
  read(cursor: string, { list, owner }: CursorContext): string {
    try {
      return this.#sealer.open(cursor, { purpose: `cursor.${list}`, id: owner })
    } catch (error) {
      if (!(error instanceof DamagedSeal || error instanceof WrongMasterSecret)) throw error
      throw invalidFields({
        pointer: '/cursor',
        code: 'cursor_invalid',
        detail:
          'Use `next_cursor` of the previous page as it is, or leave the cursor out to start at the first page.',
      })
    }
  }
}
