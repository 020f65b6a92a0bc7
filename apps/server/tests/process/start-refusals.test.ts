/** @module-tag long */

import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { refusalCodes } from '../../src/app/preconditions.ts'
import { examine } from '../../src/cli/doctor/examine.ts'
import { accessTokenAlgorithm } from '../../src/features/session-management/tokens/model.ts'
import { migrateUp } from '../../src/platform/database/migrator.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import { markUnfinished } from '../../src/platform/database/unfinished-copy.ts'
import { connectTo } from '../support/connections.ts'
import { engines, type TestEngine } from '../support/engines.ts'
import { hasPgBouncer, startPgBouncer } from '../support/pgbouncer.ts'
import {
  endLeftovers,
  freshFolder,
  proxima,
  type Settings,
  startProxima,
  untilReady,
} from '../support/process.ts'
import { wireNode } from '../support/wired-node.ts'

interface Reason {
  readonly code: (typeof refusalCodes)[number]
  readonly what: string
  /** The engines that can have it; all of them by default. */
  readonly engines?: readonly TestEngine['name'][]
  /** Prepares the database. @returns the settings with which the server meets the reason */
  readonly prepare: (db: Database, url: string) => Promise<Settings>
  /** Fixes the database; null if the reason is not fixed in the test. */
  readonly fix?: (db: Database, url: string) => Promise<void>
  readonly says: readonly RegExp[]
  /** False if the program that the test needs is missing. */
  readonly canRun?: boolean
}

const secret = { PROXIMA_SECRET: 'aSecretOnlyForTests-4f8b1c9d2e7a6053-aaaa' }
const otherSecret = { PROXIMA_SECRET: 'anotherSecretOnlyForTests-77d0c2a9e4b1f853' }
const asRole = (url: string, role: string) =>
  Object.assign(new URL(url), { username: role, password: 'only-for-tests' }).href
const drop = (db: Database, ...tables: readonly string[]) =>
  Promise.all(tables.map((table) => db.schema.dropTable(table).execute()))
const nameOf = (url: string) => new URL(url).pathname.slice(1)
const isPostgres = (url: string) => url.startsWith('postgres:')
const runs = async (db: Database, ...statements: readonly string[]) => {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

/** Leaves what a first start leaves: the tables and a signing key. */
async function prepareAsStart(url: string): Promise<void> {
  const connection = connectTo(url)
  await migrateUp(connection)
  await wireNode({ db: connection.db, env: secret }).keys.signingKey(accessTokenAlgorithm)
  await connection.db.destroy()
}

let folder: Awaited<ReturnType<typeof freshFolder>>
let shared: Settings

const reasons: readonly Reason[] = [
  {
    code: 'copy_unfinished',
    what: 'an unfinished copy',
    prepare: async (db) => {
      await markUnfinished(db)
      return {}
    },
    says: [/did not finish/],
  },
  {
    code: 'database_encoding',
    what: 'an encoding without most characters',
    engines: ['PostgreSQL'],
    prepare: async (db, url) => {
      await runs(
        db,
        `create database ${latinOf(url)} encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C'`,
      )
      return { PROXIMA_DATABASE_URL: url.replace(nameOf(url), latinOf(url)) }
    },
    says: [/LATIN1/, /UTF8/],
  },
  {
    code: 'database_schema_missing',
    what: 'a search path without a schema',
    engines: ['PostgreSQL'],
    prepare: async (_db, url) => ({ PROXIMA_DATABASE_URL: `${url}?options=-c%20search_path%3Dnowhere` }),
    fix: (db) => runs(db, 'create schema nowhere'),
    says: [/search path \(nowhere\)/],
  },
  {
    code: 'database_rights_missing',
    what: 'a user who may not create tables',
    engines: ['PostgreSQL'],
    prepare: async (db, url) => {
      await runs(db, `create role ${nameOf(url)} login password 'only-for-tests'`)
      return { PROXIMA_DATABASE_URL: asRole(url, nameOf(url)) }
    },
    fix: (db, url) => runs(db, `grant create on schema public to ${nameOf(url)}`),
    says: [/The role "proxima_test_\w+" may not create tables in the schema "public"/],
  },
  {
    code: 'database_rights_missing',
    what: 'a user who may not use a table',
    engines: ['PostgreSQL'],
    prepare: async (db, url) => {
      const role = nameOf(url)
      await prepareAsStart(url)
      await runs(
        db,
        `create role ${role} login password 'only-for-tests'`,
        `grant select, insert, update, delete on all tables in schema public to ${role}`,
        `revoke delete on sessions, messages from ${role}`,
      )
      return { PROXIMA_DATABASE_URL: asRole(url, role) }
    },
    fix: (db, url) => runs(db, `grant delete on sessions, messages to ${nameOf(url)}`),
    says: [/may not read and change these tables in the schema "public": messages, sessions\./],
  },
  {
    code: 'database_rights_missing',
    what: 'a user who may not create tables',
    engines: ['MariaDB'],
    prepare: async (db, url) => {
      const user = nameOf(url)
      await runs(
        db,
        `create user ${user}@'%' identified by 'only-for-tests'`,
        `grant select, insert, update, delete on ${user}.* to ${user}@'%'`,
      )
      return { PROXIMA_DATABASE_URL: asRole(url, user) }
    },
    fix: (db, url) =>
      runs(db, `grant create, alter, index, references on ${nameOf(url)}.* to ${nameOf(url)}@'%'`),
    says: [/lacks rights in the database "proxima_test_\w+": CREATE, ALTER, INDEX, REFERENCES\./],
  },
  {
    code: 'database_pooler',
    what: 'a pooler that gives each transaction another connection (needs pgbouncer)',
    engines: ['PostgreSQL'],
    canRun: hasPgBouncer,
    prepare: async (_db, url) => ({ PROXIMA_DATABASE_URL: await startPgBouncer(url, 'transaction') }),
    says: [/pool_mode = session/],
  },
  {
    code: 'tables_foreign',
    what: 'tables of another program',
    prepare: async (db) => {
      await runs(
        db,
        'create table accounts (id integer primary key, owner varchar(20))',
        'create table messages (id integer primary key, body varchar(20))',
        "insert into accounts values (1, 'theirs')",
      )
      return {}
    },
    fix: async (db) => {
      const { rows } = await sql`select id, owner from accounts`.execute(db)
      expect(rows).toEqual([{ id: 1, owner: 'theirs' }])
      await drop(db, 'accounts', 'messages')
    },
    says: [/another program with names that Proxima uses: accounts, messages\./],
  },
  {
    code: 'tables_differ',
    what: 'tables of a version that was not released',
    prepare: async (db, url) => {
      await prepareAsStart(url)
      await db.schema.alterTable('sessions').dropColumn('amr').execute()
      await drop(db, 'messages')
      return {}
    },
    says: [/sessions lacks amr; the table messages is missing/],
  },
  {
    code: 'migrations_unknown',
    what: 'migrations with other names',
    prepare: async (db, url) => {
      await prepareAsStart(url)
      await db
        .updateTable('proxima_migrations' as 'accounts')
        .set({ name: '0001-draft' } as never)
        .execute()
      return {}
    },
    says: [/does not know 0001-draft, and the database lacks 0001-initial-schema/],
  },
  {
    code: 'wrong_master_secret',
    what: 'another master secret',
    prepare: async (_db, url) => {
      await prepareAsStart(url)
      return otherSecret
    },
    says: [/was sealed with secret [\w-]{11}, not with [\w-]{11}/],
  },
  {
    code: 'damaged_seal',
    what: 'a signing key that was changed',
    prepare: async (db, url) => {
      await prepareAsStart(url)
      await db.updateTable('signing_keys').set({ private_jwk_sealed: 'v1.x' }).execute()
      return {}
    },
    says: [/cannot be opened: it was changed/],
  },
]

const latinOf = (url: string) => `${nameOf(url)}_latin1`

it('goes through every reason; the versions are tested with the judgement alone', () => {
  const tested = new Set(reasons.map(({ code }) => code))
  expect(refusalCodes.filter((code) => !tested.has(code))).toEqual(['database_version'])
})

describe.each(engines)('on $name', (engine) => {
  beforeAll(async () => {
    folder = await freshFolder()
    shared = { PROXIMA_DATA_DIR: folder.path, ...secret }
  })
  afterEach(endLeftovers)
  afterAll(async () => await folder.remove())

  const ofEngine = reasons.filter(({ engines = [engine.name] }) => engines.includes(engine.name))
  describe.each(ofEngine)('$what', ({ code, prepare, fix, says, canRun = true }) => {
    it.skipIf(!canRun)('stops a start, and the doctor reports it before', async () => {
      const database = await engine.createDatabase()
      const { db } = connectTo(database.url)
      try {
        const settings = {
          ...shared,
          PROXIMA_DATABASE_URL: database.url,
          ...(await prepare(db, database.url)),
        }
        const findings = await examine(settings)
        const found = findings.find((finding) => finding.code === code)
        expect(found?.severity, JSON.stringify(findings)).toBe('error')
        expect(found?.advice).not.toBe('')
        // It does not say at the same time that a start would help.
        expect(findings.map((finding) => finding.code)).not.toContain('migrations_pending')

        const refused = await proxima(['start', '--json'], { settings })
        expect([refused.exitCode, JSON.parse(refused.stderr)]).toMatchObject([2, { code }])
        for (const words of says) {
          expect(`${found?.summary} ${found?.advice}`).toMatch(words)
          expect(refused.stderr.replaceAll('\\"', '"')).toMatch(words)
        }
        expect(refused.stderr).not.toContain('report it')
        if (/^tables_|^migrations_/.test(code)) {
          const migrated = await proxima(['migrate', 'up'], { settings })
          expect(migrated).toMatchObject({
            exitCode: 2,
            stdout: '',
            stderr: expect.stringMatching(says[0] ?? /^$/),
          })
          expect(migrated.stderr).not.toMatch(/\n {4}at /)
        }

        if (fix === undefined) return
        await fix(db, database.url)
        const server = await startProxima(settings)
        await untilReady(server)
        expect((await server.client.register({ username: '山田太郎' })).status).toBe(201)
        await server.process.stop()
      } finally {
        await db.destroy()
        await endLeftovers()
        if (code === 'database_encoding') await dropLatin(database.url)
        await database.drop()
        await dropUser(engine, database.url)
      }
    })
  })
})

async function dropLatin(url: string): Promise<void> {
  const { db } = connectTo(url)
  await runs(db, `drop database if exists ${latinOf(url)} with (force)`)
  await db.destroy()
}

async function dropUser(engine: TestEngine, url: string): Promise<void> {
  if (engine.name === 'SQLite') return
  const server = Object.assign(new URL(url), { pathname: isPostgres(url) ? '/postgres' : '/mysql' }).href
  const { db } = connectTo(server)
  await runs(
    db,
    isPostgres(url) ? `drop role if exists ${nameOf(url)}` : `drop user if exists ${nameOf(url)}@'%'`,
  )
  await db.destroy()
}
