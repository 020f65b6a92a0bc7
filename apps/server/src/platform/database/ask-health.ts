import type { Connection } from './connect.ts'
import { mysqlHealth } from './dialects/mysql-health.ts'
import { postgresHealth } from './dialects/postgres-health.ts'
import { sqliteHealth } from './dialects/sqlite-health.ts'
import type { Engine } from './engine.ts'
import type { DatabaseHealth } from './health.ts'
import type { Database } from './tables.ts'

const healthQueries: Readonly<Record<Engine['name'], (db: Database) => Promise<DatabaseHealth>>> = {
  sqlite: sqliteHealth,
  postgres: postgresHealth,
  mysql: mysqlHealth,
}

/** Asks the engine itself, because other settings can override its configuration files. */
export function databaseHealth({ db, engine }: Connection): Promise<DatabaseHealth> {
  return healthQueries[engine.name](db)
}
