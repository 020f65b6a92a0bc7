import type { KyselyPlugin } from 'kysely'
import { connect } from '../../src/platform/database/connect.ts'

/** Delays the results of a database for as long as a test needs. */
export class Hold {
  #held = Promise.withResolvers<void>()
  #isHolding = false

  constructor() {
    this.#held.resolve()
  }

  begin(): void {
    this.#held = Promise.withResolvers<void>()
    this.#isHolding = true
  }

  end(): void {
    this.#isHolding = false
    this.#held.resolve()
  }

  async wait(): Promise<void> {
    if (this.#isHolding) await this.#held.promise
  }
}

/** Like `connect`, but no result arrives while the hold lasts. */
export function connectHeld(hold: Hold): typeof connect {
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      await hold.wait()
      return result
    },
  }
  return (location, options) => {
    const connection = connect(location, options)
    return { ...connection, db: connection.db.withPlugin(plugin) }
  }
}
