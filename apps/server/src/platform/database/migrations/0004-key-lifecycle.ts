import { Draft, lengths } from './draft.ts'
import type { Migration } from './migration.ts'

/** A key that the version before makes has none of these: it signs at once and is in use until a rotation. */
export const keyLifecycle: Migration = {
  async up(db, context) {
    const draft = new Draft(db, context)
    await draft.addColumns('signing_keys', {
      activates_at: draft.time,
      retires_at: draft.time,
      predecessor: draft.text(lengths.digest),
    })
    await draft.createUniqueIndex('signing_keys', 'predecessor')
  },

  async down(db, context) {
    const draft = new Draft(db, context)
    await draft.dropUniqueIndex('signing_keys', 'predecessor')
    await draft.dropColumns('signing_keys', 'activates_at', 'retires_at', 'predecessor')
  },
}
