import type { Kysely } from 'kysely'
import type { ColumnTypes, Engine } from '../engine.ts'

export interface MigrationContext {
  readonly types: ColumnTypes
  readonly tableOptions: string
  readonly changingTableOptions: string
  readonly indexOnlyTableOptions: string
  readonly partialIndexes: Engine['partialIndexes']
}

/**
 * MariaDB commits each schema change by itself, so a migration that was interrupted runs again from its start:
 * it must be possible to repeat every step (`if not exists`, `if exists`).
 */
export interface Migration {
  up(db: Kysely<unknown>, context: MigrationContext): Promise<void>
  down(db: Kysely<unknown>, context: MigrationContext): Promise<void>
}
