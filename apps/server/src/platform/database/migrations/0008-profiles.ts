import { Draft, dropTables, lengths } from './draft.ts'
import type { Migration } from './migration.ts'

export const profiles: Migration = {
  async up(db, context) {
    const draft = new Draft(db, context)
    const name = draft.text(lengths.name)
    const url = draft.text(lengths.url)
    await draft.createAccountTable('profiles', (table) =>
      table
        .addColumn('version', draft.id, (column) => column.notNull())
        .addColumn('occupation', name)
        .addColumn('home_address_sealed', draft.text(lengths.sealed))
        .addColumn('country', draft.text(lengths.code))
        .addColumn('county', name)
        .addColumn('description', draft.text(lengths.prose))
        .addColumn('linkedin', url)
        .addColumn('facebook', url)
        .addColumn('github', url)
        .addColumn('instagram', url)
        .addColumn('twitter', url)
        .addColumn('youtube', url)
        .addColumn('website', url)
        .addPrimaryKeyConstraint('profiles_pk', ['account_id']),
    )
  },
  async down(db) {
    await dropTables(db, 'profiles')
  },
}
