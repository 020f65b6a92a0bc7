import { DatabaseSync } from 'node:sqlite'
import { Failure, type Problem } from '../../kernel/failures.ts'
import { migrations } from '../migrations/list.ts'

const notUsable: Problem = {
  code: 'backup_not_usable',
  kind: 'conflict',
  title: 'The file cannot be used',
  advice: 'The file is not a complete Proxima database. Use another backup.',
}

/**
 * Reads the whole file: every page, every reference between tables, and the schema.
 * @returns the migrations that it lacks
 * @throws `backup_not_usable`
 */
export function inspectSqlite(path: string, name: string): { readonly pending: readonly string[] } {
  const database = new DatabaseSync(path)
  try {
    const damage = database.prepare('pragma integrity_check(1)').all().map(firstValue)
    if (damage.join() !== 'ok')
      throw new Failure(notUsable, { detail: `${name} is damaged: ${damage.join()}` })
    if (database.prepare('pragma foreign_key_check').all().length > 0)
      throw new Failure(notUsable, {
        detail: `${name} is damaged: some rows refer to rows that do not exist.`,
      })
    return { pending: pendingIn(database, name) }
  } catch (error) {
    if (error instanceof Failure) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new Failure(notUsable, { detail: `${name} cannot be read: ${reason}.`, cause: error })
  } finally {
    database.close()
  }
}

function pendingIn(database: DatabaseSync, name: string): readonly string[] {
  const tables = database.prepare("select name from sqlite_schema where type = 'table'").all().map(firstValue)
  if (tables.includes('proxima_unfinished_copy'))
    throw new Failure(notUsable, { detail: `${name} holds a copy that did not finish.` })
  const applied = tables.includes('proxima_migrations')
    ? database.prepare('select name from proxima_migrations').all().map(firstValue)
    : []
  if (applied.length === 0) throw new Failure(notUsable, { detail: `${name} is not a Proxima database.` })
  const later = applied.filter((migration) => migrations[migration] === undefined)
  if (later.length > 0)
    throw new Failure(notUsable, {
      detail: `${name} was written by a later version (${later.join(', ')}). Use that version.`,
    })
  return Object.keys(migrations).filter((migration) => !applied.includes(migration))
}

function firstValue(row: Record<string, unknown>): string {
  return String(Object.values(row)[0])
}
