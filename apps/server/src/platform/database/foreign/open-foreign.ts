import type { DatabaseLocation } from '../../config/url-parsers.ts'
import { ForeignDatabase } from './foreign-database.ts'
import type { ForeignDriver } from './foreign-driver.ts'

/** The driver is loaded when it is needed. */
export async function openForeignDatabase(location: DatabaseLocation): Promise<ForeignDatabase> {
  return new ForeignDatabase(await openDriver(location))
}

async function openDriver(location: DatabaseLocation): Promise<ForeignDriver> {
  switch (location.engine) {
    case 'sqlite':
      return (await import('./foreign-sqlite.ts')).foreignSqlite(location.path)
    case 'postgres':
      return await (await import('./foreign-postgres.ts')).foreignPostgres(location.url)
    case 'mysql':
      return await (await import('./foreign-mysql.ts')).foreignMysql(location.url)
  }
}
