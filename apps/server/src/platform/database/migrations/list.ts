import { initialSchema } from './0001-initial-schema.ts'
import type { Migration } from './migration.ts'

/** In order. A migration that has been released is never edited again. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-initial-schema': initialSchema,
}
