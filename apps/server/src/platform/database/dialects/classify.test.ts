import { describe, expect, it } from 'vitest'
import type { Engine } from '../engine.ts'
import { mysqlEngine } from './mysql.ts'
import { postgresEngine } from './postgres.ts'
import { sqliteEngine } from './sqlite.ts'

// Nothing is connected to: these are the errors that the drivers make of what the engines say.
const options = { poolMax: 1, statementTimeoutMs: 1_000, onError: () => undefined }
const sqlite = sqliteEngine('/nowhere/test.sqlite', { ...options, onLostWrites: null })
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

describe('an error that the operator can fix is no error of the server', () => {
  it.each([
    ['database disk image is malformed', 11],
    ['file is not a database', 26],
    ['access permission denied', 3],
    ['locking protocol', 15],
  ])('SQLite: %s', (_text, errcode) => expect(kindOf(sqlite, { errcode })).toBe('unavailable'))

  it.each(['no such table: accounts', 'no such column: sessions.amr'])('SQLite: %s', (message) =>
    expect(kindOf(sqlite, { errcode: 1, message })).toBe('unavailable'),
  )

  it.each([
    ['object_not_in_prerequisite_state: the database does not accept connections', '55000'],
    ['object_in_use', '55006'],
    ['lock_not_available', '55P03'],
    ['insufficient_privilege: permission denied for schema public', '42501'],
    ['invalid_schema_name: no schema has been selected to create in', '3F000'],
    ['undefined_table', '42P01'],
    ['undefined_column', '42703'],
    ['untranslatable_character: no equivalent in encoding LATIN1', '22P05'],
    ['invalid_sql_statement_name: of a pooler', '26000'],
    ['duplicate_prepared_statement: of a pooler', '42P05'],
    ['config_file_error', 'F0000'],
    ['data_corrupted', 'XX001'],
    ['index_corrupted', 'XX002'],
  ])('PostgreSQL: %s', (_text, code) => expect(kindOf(postgres, { code })).toBe('unavailable'))

  it.each([
    ['ER_TABLEACCESS_DENIED_ERROR', 1142],
    ['ER_COLUMNACCESS_DENIED_ERROR', 1143],
    ['ER_SPECIFIC_ACCESS_DENIED_ERROR', 1227],
    ['ER_USER_LIMIT_REACHED', 1226],
    ['ER_HOST_IS_BLOCKED', 1129],
    ['ER_MUST_CHANGE_PASSWORD', 1820],
    ['ER_NET_PACKET_TOO_LARGE', 1153],
    ['ER_NO_SUCH_TABLE', 1146],
    ['ER_BAD_FIELD_ERROR', 1054],
    ['ER_UNKNOWN_STORAGE_ENGINE', 1286],
    ['ER_TRUNCATED_WRONG_VALUE_FOR_FIELD', 1366],
    ['ER_CRASHED_ON_USAGE', 1194],
    ['ER_NO_SUCH_TABLE_IN_ENGINE', 1932],
    ['ER_INNODB_READ_ONLY', 1874],
  ])('MariaDB: %s', (_text, errno) => expect(kindOf(mysql, { errno })).toBe('unavailable'))
})

describe('an error that waiting does not fix', () => {
  it('is not reported as a reason to try again', () => {
    expect(kindOf(sqlite, { errcode: 1 })).toBe('other')
    expect(kindOf(postgres, { code: '42601' })).toBe('other')
    expect(kindOf(postgres, { code: '22021' })).toBe('other')
    expect(kindOf(mysql, { errno: 1064 })).toBe('other')
    expect(kindOf(mysql, {})).toBe('other')
  })
})
