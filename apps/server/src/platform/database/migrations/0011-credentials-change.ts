import { Draft } from './draft.ts'
import type { Migration } from './migration.ts'

export const credentialsChange: Migration = {
  async up(db, context) {
    const draft = new Draft(db, context)
    await draft.addColumns('passwords', { version: draft.id })
  },

  async down(db, context) {
    await new Draft(db, context).dropColumns('passwords', 'version')
  },
}
