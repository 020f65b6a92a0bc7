import { readdir, readFile } from 'node:fs/promises'
import type { Database } from './database.ts'

const migrationsFolder = new URL('./migrations/', import.meta.url)

/**
 * Opens the database, and brings its tables up to date.
 * @param url `sqlite:FILE`, `postgres://…` or `mysql://…`
 */
export async function openDatabase(url: string): Promise<Database> {
  const database = await connect(url)
  await migrate(database)
  return database
}

/** Loads only the driver that is needed. */
async function connect(url: string): Promise<Database> {
  if (url.startsWith('sqlite:')) return (await import('./sqlite.ts')).openSqlite(url.slice('sqlite:'.length))
  if (/^postgres(?:ql)?:/.test(url)) return (await import('./postgres.ts')).openPostgres(url)
  if (/^(?:mysql|mariadb):/.test(url)) return (await import('./mariadb.ts')).openMariadb(url)
  throw new Error('DATABASE_URL begins with sqlite:, postgres: or mysql:.')
}

/**
 * Each file of the folder is one step, in the order of the names. Never edit a released one: add the next. MariaDB
 * commits each change of a table by itself, so a step that was interrupted runs again, and each statement can be repeated.
 */
async function migrate(database: Database): Promise<void> {
  await database.change('CREATE TABLE IF NOT EXISTS migrations (name VARCHAR(100) PRIMARY KEY)')
  const done = (await database.select('SELECT name FROM migrations')).map(({ name }) => name)
  for (const name of (await readdir(migrationsFolder)).sort()) {
    if (done.includes(name)) continue
    const sql = await readFile(new URL(name, migrationsFolder), 'utf8')
    await database.transaction(async (statements) => {
      for (const statement of sql.replaceAll('{{serial}}', database.serialKey).split(';'))
        if (statement.trim() !== '') await statements.change(statement)
      await statements.change('INSERT INTO migrations (name) VALUES (?)', [name])
    })
  }
}
