import { Draft } from './draft.ts'
import type { Migration } from './migration.ts'

export const credentialsChange: Migration = {
  async up(db, context) {
    const draft = new Draft(db, context)
    await draft.addColumns('passwords', { version: draft.id })
    await draft.addColumns('username_skeletons', { rests_until: draft.time })
    await draft.createIndex('username_skeletons', 'rests_until')
  },

  async down(db, context) {
    const draft = new Draft(db, context)
    await draft.dropIndex('username_skeletons', 'rests_until')
    await draft.dropColumns('username_skeletons', 'rests_until')
    await draft.dropColumns('passwords', 'version')
  },
}
