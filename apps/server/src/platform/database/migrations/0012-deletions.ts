import { Draft, dropTables } from './draft.ts'
import type { Migration } from './migration.ts'

/** What of an account lies elsewhere than under it is found by its id, so that it can be handed out and erased. */
export const deletions: Migration = {
  async up(db, context) {
    const draft = new Draft(db, context)
    const { id, time } = draft
    await draft.createAccountTable('deletions', (table) =>
      table
        .addColumn('pseudonym', id, (column) => column.notNull())
        .addColumn('deleted_at', time, (column) => column.notNull())
        .addColumn('erase_at', time, (column) => column.notNull())
        .addColumn('restored_at', time)
        .addPrimaryKeyConstraint('deletions_pk', ['pseudonym']),
    )
    await draft.createIndex('deletions', 'account_id')
    await draft.createIndex('deletions', 'erase_at')
    await draft.addColumns('messages', { account_id: id })
    await draft.createIndex('messages', 'account_id')
    await draft.addColumns('idempotency_keys', { account_id: id })
    await draft.createIndex('idempotency_keys', 'account_id')
    await draft.createIndex('audit_events', 'account_id', 'id')
  },

  async down(db, context) {
    const draft = new Draft(db, context)
    await draft.dropIndex('audit_events', 'account_id', 'id')
    for (const table of ['idempotency_keys', 'messages']) {
      await draft.dropIndex(table, 'account_id')
      await draft.dropColumns(table, 'account_id')
    }
    await dropTables(db, 'deletions')
  },
}
