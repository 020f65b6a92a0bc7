import { Draft, dropTables, lengths } from './draft.ts'
import type { Migration } from './migration.ts'

export const limits: Migration = {
  async up(db, context) {
    const draft = new Draft(db, context)
    const { id, integer, time } = draft
    const digest = draft.text(lengths.digest)
    const code = draft.text(lengths.code)

    await draft.createTable('guess_budgets', (table) =>
      table
        .addColumn('budget', digest, (column) => column.notNull())
        .addColumn('failures', integer, (column) => column.notNull())
        .addColumn('opens_at', time, (column) => column.notNull())
        .addPrimaryKeyConstraint('guess_budgets_pk', ['budget']),
    )
    await draft.createTable('known_clients', (table) =>
      table
        .addColumn('client', digest, (column) => column.notNull())
        .addColumn('seen_at', time, (column) => column.notNull())
        .addPrimaryKeyConstraint('known_clients_pk', ['client']),
    )
    await draft.createTable('idempotency_keys', (table) =>
      table
        .addColumn('digest', digest, (column) => column.notNull())
        .addColumn('answer_sealed', draft.text(lengths.answer))
        .addColumn('created_at', time, (column) => column.notNull())
        .addPrimaryKeyConstraint('idempotency_keys_pk', ['digest']),
    )
    await draft.createTable('audit_events', (table) =>
      table
        .addColumn('id', id, (column) => column.notNull().primaryKey())
        .addColumn('action', code, (column) => column.notNull())
        .addColumn('outcome', code, (column) => column.notNull())
        .addColumn('account_id', id)
        .addColumn('session_id', id)
        .addColumn('method', code)
        .addColumn('ip_address', digest)
        .addColumn('at', time, (column) => column.notNull()),
    )
    await draft.createIndex('known_clients', 'seen_at')
    await draft.createIndex('guess_budgets', 'opens_at')
    await draft.createIndex('idempotency_keys', 'created_at')
    await draft.createIndex('audit_events', 'account_id')
  },

  async down(db) {
    await dropTables(db, 'audit_events', 'idempotency_keys', 'known_clients', 'guess_budgets')
  },
}
