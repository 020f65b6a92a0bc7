import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { settleLog } from './settle-log.ts'

describe('the log of SQLite that is found at a start', () => {
  let folder: string
  let path: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'proxima-test-'))
    path = join(folder, 'test.sqlite')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  /** Ends with a log that was not written back. */
  function writeAndDie(): void {
    const script = `
      import { DatabaseSync } from 'node:sqlite'
      const database = new DatabaseSync(process.argv[1])
      database.exec('pragma journal_mode = wal; create table notes (text); pragma wal_checkpoint(truncate)')
      database.exec('insert into notes values (1), (2)')
      process.kill(process.pid, 'SIGKILL')`
    const { signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', script, path])
    expect(signal).toBe('SIGKILL')
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(0)
  }

  it('is moved into the file, if its process has died', () => {
    writeAndDie()
    settleLog(path)
    expect(existsSync(`${path}-wal`)).toBe(false)
    const database = new DatabaseSync(path)
    expect(database.prepare('select count(*) as count from notes').get()).toEqual({ count: 2 })
    database.close()
  })

  it('is left alone, if another connection has the file open', () => {
    writeAndDie()
    const database = new DatabaseSync(path)
    database.exec('insert into notes values (3)')
    const log = readFileSync(`${path}-wal`)
    settleLog(path)
    expect(readFileSync(`${path}-wal`).equals(log)).toBe(true)
    database.exec('insert into notes values (4)')
    expect(database.prepare('select count(*) as count from notes').get()).toEqual({ count: 4 })
    database.close()
  })

  it('is kept, if the database cannot be read, because a repair needs both', () => {
    writeAndDie()
    const log = readFileSync(`${path}-wal`)
    writeFileSync(path, 'no database, but longer than the header of one. '.repeat(100))
    expect(() => settleLog(path)).toThrow('file is not a database')
    expect(readFileSync(`${path}-wal`).equals(log)).toBe(true)
  })
})
