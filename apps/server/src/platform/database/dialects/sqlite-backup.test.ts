import { access, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertAccount } from '../../../../tests/support/account-rows.ts'
import { sqlite } from '../../../../tests/support/engines.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { backupSqlite } from './sqlite-backup.ts'

describe('a backup of a SQLite database', () => {
  let database: MigratedDatabase
  let path: string
  let folder: string
  beforeAll(async () => {
    database = await createMigratedDatabase(sqlite)
    path = database.url.slice('sqlite:'.length)
    folder = await mkdtemp(join(tmpdir(), 'proxima-test-'))
    await insertAccount(database.db)
  })
  afterAll(async () => {
    await database?.drop()
    await rm(folder, { recursive: true, force: true })
  })

  it('is written if the database is sound', () => {
    expect(backupSqlite(path, join(folder, 'sound')).bytes).toBeGreaterThan(0)
  })

  it('is read back, and refused if a row refers to a row that does not exist', async () => {
    const raw = new DatabaseSync(path, { enableForeignKeyConstraints: false })
    raw.exec("insert into account_roles values ('01890a5d-ac96-774b-bcce-b302099a8051', 'user')")
    raw.close()
    const file = join(folder, 'damaged')
    expect(() => backupSqlite(path, file)).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'backup_not_usable' }) }),
    )
    for (const each of [file, `${file}.part`]) await expect(access(each)).rejects.toThrow(/ENOENT/)
  })
})
