import { Draft, dropTables, lengths } from './draft.ts'
import type { Migration } from './migration.ts'

export const pictures: Migration = {
  async up(db, context) {
    const draft = new Draft(db, context)
    const code = draft.text(lengths.code)

    await draft.createAccountTable('pictures', (table) =>
      table
        .addColumn('id', draft.id, (column) => column.notNull())
        .addColumn('token', draft.text(lengths.digest), (column) => column.notNull())
        .addColumn('store', code, (column) => column.notNull())
        .addColumn('created_at', draft.time, (column) => column.notNull())
        .addPrimaryKeyConstraint('pictures_pk', ['account_id'])
        .addUniqueConstraint('pictures_id_unique', ['id'])
        .addUniqueConstraint('pictures_token_unique', ['token']),
    )
    await draft.createAccountTable('picture_files', (table) =>
      table
        .addColumn('name', code, (column) => column.notNull())
        .addColumn('content', draft.bytes, (column) => column.notNull())
        .addPrimaryKeyConstraint('picture_files_pk', ['account_id', 'name']),
    )
  },

  async down(db) {
    await dropTables(db, 'picture_files', 'pictures')
  },
}
