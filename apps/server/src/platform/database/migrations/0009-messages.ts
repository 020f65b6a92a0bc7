import { Draft, dropTables, lengths } from './draft.ts'
import type { Migration } from './migration.ts'

export const messages: Migration = {
  async up(db, context) {
    const draft = new Draft(db, context)
    const { id, integer, time } = draft
    const code = draft.text(lengths.code)

    await draft.createTable('messages', (table) =>
      table
        .addColumn('id', id, (column) => column.notNull().primaryKey())
        .addColumn('channel', code, (column) => column.notNull())
        .addColumn('template', code, (column) => column.notNull())
        .addColumn('slot', draft.text(lengths.digest))
        .addColumn('content_sealed', draft.text(lengths.answer))
        .addColumn('created_at', time, (column) => column.notNull())
        .addColumn('due_at', time)
        .addColumn('attempts', integer, (column) => column.notNull())
        .addColumn('outcome', code)
        .addColumn('error', code)
        .addUniqueConstraint('messages_slot_unique', ['slot']),
    )
    await draft.createIndex('messages', 'due_at')
    await draft.createIndex('messages', 'created_at')
  },

  async down(db) {
    await dropTables(db, 'messages')
  },
}
