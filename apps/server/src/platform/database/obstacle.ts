/** Every kind of obstacle. The codes are stable, for programs. */
export const obstacleCodes = [
  'database_version',
  'database_encoding',
  'database_schema_missing',
  'database_rights_missing',
  'database_pooler',
  'tables_foreign',
  'tables_differ',
  'migrations_unknown',
] as const

/** A reason why no server can use the database. The operator can remove it. */
export interface Obstacle {
  readonly code: (typeof obstacleCodes)[number]
  readonly summary: string
  readonly advice: string
}
