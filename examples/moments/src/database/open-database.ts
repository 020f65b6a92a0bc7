import { readdirSync, readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

const migrationsFolder = new URL('./migrations/', import.meta.url)

/** Opens the database, and brings its tables up to date. @param file `:memory:` for one that no one keeps */
export function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 5_000 })
  // Readers do not wait for a writer, and deleted data is overwritten.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON')
  migrate(database)
  return database
}

/** Does all of the work, or none of it. */
export function inTransaction<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    // SQLite has already rolled back after some errors, such as a full disk.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

/** Each file of the folder is one step, in the order of the names. Never edit a released one: add the next. */
function migrate(database: DatabaseSync): void {
  const steps = readdirSync(migrationsFolder).sort()
  for (const [index, name] of steps.entries()) {
    const sql = readFileSync(new URL(name, migrationsFolder), 'utf8')
    // Two processes may start at once: the second one waits here, and then finds that there is nothing to do.
    inTransaction(database, () => {
      if (versionOf(database) > index) return
      database.exec(sql)
      database.exec(`PRAGMA user_version = ${index + 1}`)
    })
  }
  if (versionOf(database) > steps.length)
    throw new Error('A newer version of this service has changed the database. Start that version.')
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'])
}
