import { Draft } from './draft.ts'
import type { Migration } from './migration.ts'

/** What has expired is found without reading all that has not. */
export const purge: Migration = {
  async up(db, context) {
    await new Draft(db, context).createIndex('sessions', 'expires_at')
  },

  async down(db, context) {
    await new Draft(db, context).dropIndex('sessions', 'expires_at')
  },
}
