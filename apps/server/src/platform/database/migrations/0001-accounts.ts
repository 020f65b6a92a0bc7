import { Draft, dropTables, lengths } from './draft.ts'
import type { Migration } from './migration.ts'

export const accounts: Migration = {
  async up(db, context) {
    const draft = new Draft(db, context)
    const { id, time } = draft
    const identifier = draft.text(lengths.identifier)
    const name = draft.text(lengths.name)
    const code = draft.text(lengths.code)
    const sealed = draft.text(lengths.sealed)

    await draft.createTable('accounts', (table) =>
      table
        .addColumn('id', id, (column) => column.notNull().primaryKey())
        .addColumn('username', identifier)
        .addColumn('username_canonical', identifier)
        .addColumn('email', identifier)
        .addColumn('email_canonical', identifier)
        .addColumn('email_verified_at', time)
        .addColumn('phone_number', code)
        .addColumn('phone_number_verified_at', time)
        .addColumn('full_name', name)
        .addColumn('given_name', name)
        .addColumn('family_name', name)
        .addColumn('address_sealed', sealed)
        .addColumn('national_id_sealed', sealed)
        .addColumn('locale', code)
        .addColumn('status', code, (column) => column.notNull())
        .addColumn('created_at', time, (column) => column.notNull())
        .addColumn('updated_at', time, (column) => column.notNull())
        .addUniqueConstraint('accounts_username_canonical_unique', ['username_canonical'])
        .addUniqueConstraint('accounts_email_canonical_unique', ['email_canonical'])
        .addUniqueConstraint('accounts_phone_number_unique', ['phone_number']),
    )
    await draft.createAccountTable('username_skeletons', (table) =>
      table
        .addColumn('skeleton', draft.text(lengths.skeleton), (column) => column.notNull())
        .addPrimaryKeyConstraint('username_skeletons_pk', ['account_id', 'skeleton'])
        .addUniqueConstraint('username_skeletons_skeleton_unique', ['skeleton']),
    )
    await draft.createAccountTable('account_roles', (table) =>
      table
        .addColumn('role', code, (column) => column.notNull())
        .addPrimaryKeyConstraint('account_roles_pk', ['account_id', 'role']),
    )
  },

  async down(db) {
    await dropTables(db, 'account_roles', 'username_skeletons', 'accounts')
  },
}
