import { Draft, dropTables, lengths } from './draft.ts'
import type { Migration } from './migration.ts'

export const signingKeys: Migration = {
  async up(db, context) {
    const draft = new Draft(db, context)
    const { time } = draft

    await draft.createTable('signing_keys', (table) =>
      table
        .addColumn('kid', draft.text(lengths.digest), (column) => column.notNull().primaryKey())
        .addColumn('public_jwk', draft.text(lengths.sealed), (column) => column.notNull())
        .addColumn('private_jwk_sealed', draft.text(lengths.sealed), (column) => column.notNull())
        .addColumn('created_at', time, (column) => column.notNull()),
    )
  },

  async down(db) {
    await dropTables(db, 'signing_keys')
  },
}
