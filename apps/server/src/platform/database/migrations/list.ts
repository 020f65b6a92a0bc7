import { initialSchema } from './0001-initial-schema.ts'
import type { Migration } from './migration.ts'

/** All migrations, in order. Never edit a migration that has been released. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-initial-schema': initialSchema,
}
