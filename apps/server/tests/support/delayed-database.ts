import { setTimeout } from 'node:timers/promises'
import type { KyselyPlugin } from 'kysely'
import type { Database } from '../../src/platform/database/tables.ts'

/** The same database, but each result takes that much longer, as on a slow disk or network. */
export function delayed(db: Database, ms: number): Database {
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      await setTimeout(ms)
      return result
    },
  }
  return db.withPlugin(plugin)
}
