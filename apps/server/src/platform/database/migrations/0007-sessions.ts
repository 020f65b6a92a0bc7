import { Draft, lengths } from './draft.ts'
import type { Migration } from './migration.ts'

/** A session that the version before makes has none of these: it was last seen when it began, and is not refreshed. */
export const sessions: Migration = {
  async up(db, context) {
    const draft = new Draft(db, context)
    await draft.addColumns('sessions', {
      code_digest: draft.text(lengths.digest),
      last_seen_at: draft.time,
      refresh_key_sealed: draft.text(lengths.identifier),
      refresh_generation: draft.integer,
      refresh_replaced_at: draft.text(lengths.name),
    })
    await draft.createSparseUniqueIndex('sessions', 'code_digest')
    await draft.createIndex('sessions', 'last_seen_at')
  },

  async down(db, context) {
    const draft = new Draft(db, context)
    await draft.dropIndex('sessions', 'last_seen_at')
    await draft.dropUniqueIndex('sessions', 'code_digest')
    await draft.dropColumns(
      'sessions',
      'code_digest',
      'last_seen_at',
      'refresh_key_sealed',
      'refresh_generation',
      'refresh_replaced_at',
    )
  },
}
