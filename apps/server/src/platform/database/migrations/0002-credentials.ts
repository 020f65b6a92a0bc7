import { Draft, dropTables, lengths } from './draft.ts'
import type { Migration } from './migration.ts'

export const credentials: Migration = {
  async up(db, context) {
    const draft = new Draft(db, context)
    const { id, time } = draft

    await draft.createAccountTable('passwords', (table) =>
      table
        .addColumn('hash', draft.text(lengths.identifier), (column) => column.notNull())
        .addColumn('changed_at', time, (column) => column.notNull())
        .addPrimaryKeyConstraint('passwords_pk', ['account_id']),
    )
    await draft.createAccountTable('user_secrets', (table) =>
      table
        .addColumn('digest', draft.text(lengths.digest), (column) => column.notNull())
        .addColumn('created_at', time, (column) => column.notNull())
        .addPrimaryKeyConstraint('user_secrets_pk', ['account_id'])
        .addUniqueConstraint('user_secrets_digest_unique', ['digest']),
    )
    await draft.createAccountTable('sessions', (table) =>
      table
        .addColumn('id', id, (column) => column.notNull().primaryKey())
        .addColumn('method', draft.text(lengths.code), (column) => column.notNull())
        .addColumn('user_agent', draft.text(lengths.name))
        .addColumn('ip_address', draft.text(lengths.digest))
        .addColumn('created_at', time, (column) => column.notNull())
        .addColumn('expires_at', time, (column) => column.notNull()),
    )
    await draft.createIndex('sessions', 'account_id')
  },

  async down(db) {
    await dropTables(db, 'sessions', 'user_secrets', 'passwords')
  },
}
