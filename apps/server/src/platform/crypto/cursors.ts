import { invalidFields } from '../kernel/problems.ts'
import { DamagedSeal, type Sealer, WrongMasterSecret } from './sealing.ts'

export interface CursorContext {
  /** The name of the list, such as `sessions`, a constant in the code. */
  readonly list: string
  /** The owner of the list. A cursor is not valid for another owner's list. */
  readonly owner: string
}

/** Marks where a page of a list ended. Only this server can read or make one (A28). */
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
          'Send `next_cursor` of the previous page unchanged, or leave out the cursor to start at the first page.',
      })
    }
  }
}
