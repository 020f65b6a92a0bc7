import { describe, expect, it } from 'vitest'
import type { Engine } from '../engine.ts'
import { mysqlEngine } from './mysql.ts'
import { postgresEngine } from './postgres.ts'
import { sqliteEngine } from './sqlite.ts'

// Nothing is connected to: these are the errors that the drivers make of what the engines say.
const options = { poolMax: 1, statementTimeoutMs: 1_000, onError: () => undefined }
const sqlite = sqliteEngine('/nowhere/test.sqlite')
const postgres = postgresEngine({ ...options, url: 'postgres://nobody@127.0.0.1:1/none' })
const mysql = mysqlEngine({ ...options, url: 'mysql://nobody@127.0.0.1:1/none' })

function kindOf(engine: Engine, properties: object): string {
  return engine.classify(Object.assign(new Error('what the engine says'), properties)).kind
}

describe('a full or failing disk is no error of the server, and the caller may try again', () => {
  it.each([
    ['database or disk is full', 13],
    ['disk I/O error', 10],
    ['disk I/O error, when it is synced', 1_034],
    ['disk I/O error, when the index of the log is made larger', 4_874],
    ['unable to open database file', 14],
    ['attempt to write a readonly database', 8],
  ])('SQLite: %s', (_text, errcode) => expect(kindOf(sqlite, { errcode })).toBe('unavailable'))

  it.each(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS'])('SQLite, when the file is made: %s', (code) =>
    expect(kindOf(sqlite, { code })).toBe('unavailable'),
  )

  it.each([
    ['disk_full: could not extend file', '53100'],
    ['insufficient_resources', '53000'],
    ['io_error: could not read block', '58030'],
    ['system_error', '58000'],
    ['cannot_connect_now: the database system is in recovery mode', '57P03'],
    ['crash_shutdown: terminated because of the crash of another server process', '57P02'],
  ])('PostgreSQL: %s', (_text, code) => expect(kindOf(postgres, { code })).toBe('unavailable'))

  it.each([
    ['EE_WRITE: error writing file (the binary log)', 3],
    ['EE_DISKFULL', 20],
    ['ER_DISK_FULL', 1021],
    ['ER_ERROR_ON_WRITE', 1026],
    ['ER_GET_ERRNO: error 28 from the storage engine', 1030],
    ['ER_RECORD_FILE_FULL: the table is full', 1114],
    ['ER_ERROR_DURING_COMMIT', 1180],
    ['ER_DISK_FULL_NOWAIT of MySQL', 3675],
  ])('MariaDB: %s', (_text, errno) => expect(kindOf(mysql, { errno })).toBe('unavailable'))
})

describe('an error that waiting does not fix', () => {
  it('is not reported as a reason to try again', () => {
    expect(kindOf(sqlite, { errcode: 1 })).toBe('other')
    expect(kindOf(postgres, { code: '42P01' })).toBe('other')
    expect(kindOf(mysql, { errno: 1146 })).toBe('other')
    expect(kindOf(mysql, {})).toBe('other')
  })
})
