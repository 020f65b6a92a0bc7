import { describe, expect, it } from 'vitest'
import { judgeMysqlVersion } from './mysql-obstacles.ts'
import { judgePostgres } from './postgres-obstacles.ts'

const fit = {
  version: '15.20',
  version_number: 150_020,
  encoding: 'UTF8',
  user: 'proxima',
  database: 'proxima',
  schema: 'public',
  search_path: '"$user", public',
  may_create: true,
}
const need = { createsTables: true, connectionsMax: 10, schema: 'public' }
const codes = (facts: object, needs: object = {}) =>
  judgePostgres({ ...fit, ...facts }, { ...need, ...needs }).map(({ code }) => code)

describe('PostgreSQL', () => {
  it.each([
    ['nothing', {}, {}, []],
    ['an old version', { version: '11.22', version_number: 110_022 }, {}, ['database_version']],
    ['a version that is just new enough', { version: '12.0', version_number: 120_000 }, {}, []],
    ['another encoding', { encoding: 'LATIN1' }, {}, ['database_encoding']],
    ['an encoding that keeps all bytes', { encoding: 'SQL_ASCII' }, {}, []],
    ['no schema', { schema: null, may_create: null }, {}, ['database_schema_missing']],
    ['no right to create tables', { may_create: false }, {}, ['database_rights_missing']],
    ['no right to create tables, if all are there', { may_create: false }, { createsTables: false }, []],
  ])('is refused for %s', (_what, facts, needs, expected) => expect(codes(facts, needs)).toEqual(expected))
})

describe('MariaDB and MySQL', () => {
  it.each([
    ['10.11.19-MariaDB-0+deb12u1', []],
    ['5.5.5-10.4.2-MariaDB', []],
    ['10.2.2-MariaDB', []],
    ['10.2.1-MariaDB', ['database_version']],
    ['10.1.48-MariaDB', ['database_version']],
    ['8.0.17', []],
    ['8.4.0', []],
    ['8.0.16', ['database_version']],
    ['5.7.44-log', ['database_version']],
  ])('with version %s', (version, expected) =>
    expect(judgeMysqlVersion(version).map(({ code }) => code)).toEqual(expected),
  )
})
