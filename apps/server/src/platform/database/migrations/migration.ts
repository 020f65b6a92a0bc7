import type { Kysely } from 'kysely'
import type { ColumnTypes, Engine } from '../engine.ts'

export interface MigrationContext {
  readonly types: ColumnTypes
  readonly tableOptions: string
  readonly indexNames: Engine['indexNames']
  readonly partialIndexes: Engine['partialIndexes']
}

/**
 * MariaDB commits each schema change by itself, so a migration that was cut off is run again from its start:
 * every step must bear that (`if not exists`, `if exists`).
 */
export interface Migration {
  up(db: Kysely<unknown>, context: MigrationContext): Promise<void>
  down(db: Kysely<unknown>, context: MigrationContext): Promise<void>
}
