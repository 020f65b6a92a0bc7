/** @module-tag long */

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { engines, mysqlUrl, postgresUrl } from '../support/engines.ts'
import { guideBlock } from '../support/guide-blocks.ts'
import { withoutDetails } from '../support/guide-sandbox.ts'
import { newPerson } from '../support/people.ts'
import { endLeftovers, proxima, startProxima } from '../support/process.ts'
import { findProgram } from '../support/programs.ts'

const lines = (text: string) => text.trim().split('\n')

const psql = findProgram('psql')
const mariadb = findProgram('mariadb')
const suffix = randomBytes(4).toString('hex')

/** The names of the guide, made unique: other tests share the server. */
function unique(text: string): string {
  return text.replaceAll(/\bproxima(_owner)?\b(?! migrate)/g, `proxima_${suffix}$1`)
}

async function migratesAndServes(owner: string, user: string): Promise<void> {
  const guide = 'production.md#migrating-with-one-user-and-running-with-the-other text'
  const block = lines(guideBlock('production.md#migrating-with-one-user-and-running-with-the-other sh'))
  for (const line of block) {
    const [, url = '', args = ''] = /^PROXIMA_DATABASE_URL=(\S+) npx proxima (.*)$/.exec(line) ?? []
    expect(url).toMatch(/^postgres:\/\/proxima_owner:first-password@127\.0\.0\.1\/proxima$/)
    const { exitCode, stdout, stderr } = await proxima(args.split(' '), {
      settings: { PROXIMA_DATABASE_URL: owner },
    })
    expect(exitCode, stderr).toBe(0)
    if (args.endsWith('status')) {
      const [head] = lines(guideBlock(guide))
      expect(withoutDetails(lines(stdout)[0] ?? '')).toBe(withoutDetails(head ?? ''))
    }
  }
  const folder = mkdtempSync(join(tmpdir(), 'proxima-sql-'))
  const server = await startProxima({
    PROXIMA_DATABASE_URL: user,
    PROXIMA_MIGRATE: 'off',
    PROXIMA_DATA_DIR: join(folder, 'data'),
  })
  expect((await server.client.get('/readyz')).status).toBe(200)
  await newPerson(server.client)
  await server.process.stop()
  rmSync(folder, { recursive: true, force: true })
}

function urlFor(server: string, name: string, secret: string): string {
  const url = new URL(server)
  url.username = name
  url.password = secret
  url.pathname = `/proxima_${suffix}`
  return url.href
}

describe.skipIf(psql === null || postgresUrl === undefined)(
  'the two users of PostgreSQL (needs psql)',
  () => {
    const run = (text: string) =>
      execFileSync(psql ?? '', ['--no-psqlrc', '--set=ON_ERROR_STOP=1', postgresUrl ?? ''], {
        input: text,
        stdio: 'pipe',
      })
    afterAll(async () => {
      await endLeftovers()
      run(
        unique(
          'drop database if exists proxima with (force);\ndrop role proxima;\ndrop role proxima_owner;\n',
        ),
      )
    })

    it('are enough to migrate with one and to serve with the other', async () => {
      run(unique(guideBlock('production.md#postgresql sql')))
      const [owner, user] = [unique('proxima_owner'), unique('proxima')]
      await migratesAndServes(
        urlFor(postgresUrl ?? '', owner, 'first-password'),
        urlFor(postgresUrl ?? '', user, 'second-password'),
      )
    })
  },
)

describe.skipIf(mariadb === null || mysqlUrl === undefined)(
  'the two users of MariaDB (needs mariadb)',
  () => {
    const { hostname, port, username } = new URL(mysqlUrl ?? 'mysql://root@127.0.0.1:3306/')
    const run = (text: string) =>
      execFileSync(mariadb ?? '', ['-h', hostname, '-P', port || '3306', '-u', username], {
        input: text,
        stdio: 'pipe',
      })
    afterAll(async () => {
      await endLeftovers()
      run(
        unique(
          "drop database if exists proxima;\ndrop user 'proxima'@'%';\ndrop user 'proxima_owner'@'%';\n",
        ),
      )
    })

    it('are enough to migrate with one and to serve with the other', async () => {
      run(unique(guideBlock('production.md#mariadb sql')))
      const [owner, user] = [unique('proxima_owner'), unique('proxima')]
      await migratesAndServes(
        urlFor(mysqlUrl ?? '', owner, 'first-password'),
        urlFor(mysqlUrl ?? '', user, 'second-password'),
      )
    })
  },
)

describe.skipIf(postgresUrl === undefined)('moving to PostgreSQL as the guide does', () => {
  it('copies everything', async () => {
    const [stop, copy = ''] = lines(guideBlock('operations.md#proxima-db-copy sh'))
    expect(stop).toBe('systemctl stop proxima')
    const [, args = ''] = /^proxima (db copy --to) postgres:\/\/\S+$/.exec(copy) ?? []
    const database = await engines.find(({ name }) => name === 'PostgreSQL')?.createDatabase()
    const folder = mkdtempSync(join(tmpdir(), 'proxima-copy-'))
    const settings = { PROXIMA_DATA_DIR: folder }
    await proxima(['migrate', 'up'], { settings })
    const { exitCode, stderr } = await proxima([...args.split(' '), database?.url ?? ''], { settings })
    expect(exitCode, stderr).toBe(0)
    await database?.drop()
    rmSync(folder, { recursive: true, force: true })
  })
})
