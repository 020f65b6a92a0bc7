import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'
import { makeScratchFolder } from './scratch-folder.ts'

/** A database for one test file, on a real engine. */
export interface TestDatabase {
  /** For PROXIMA_DATABASE_URL. */
  readonly url: string
  drop(): Promise<void>
}

export interface TestEngine {
  readonly name: 'SQLite' | 'PostgreSQL' | 'MariaDB'
  createDatabase(): Promise<TestDatabase>
}

export const sqlite: TestEngine = {
  name: 'SQLite',
  async createDatabase() {
    const folder = await makeScratchFolder()
    return {
      url: `sqlite:${join(folder, 'test.sqlite')}`,
      drop: async () => await rm(folder, { recursive: true, force: true }),
    }
  },
}

function postgres(serverUrl: string): TestEngine {
  return {
    name: 'PostgreSQL',
    async createDatabase() {
      const name = freshName()
      await runOnPostgres(serverUrl, `create database ${name}`)
      return {
        url: withPath(serverUrl, name),
        drop: async () => void (await runOnPostgres(serverUrl, `drop database ${name} with (force)`)),
      }
    },
  }
}

function mysql(serverUrl: string): TestEngine {
  return {
    name: 'MariaDB',
    async createDatabase() {
      const name = freshName()
      await runOnMysql(serverUrl, `create database ${name}`)
      return {
        url: withPath(serverUrl, name),
        drop: async () => void (await runOnMysql(serverUrl, `drop database ${name}`)),
      }
    },
  }
}

export const postgresUrl = process.env['PROXIMA_TEST_POSTGRES_URL']
export const mysqlUrl = process.env['PROXIMA_TEST_MYSQL_URL']

/** The engines of this run. The report names those that are left out. */
export const engines: readonly TestEngine[] = [
  sqlite,
  ...(postgresUrl === undefined ? [] : [postgres(postgresUrl)]),
  ...(mysqlUrl === undefined ? [] : [mysql(mysqlUrl)]),
]

/** The databases of this run have it in their names, so that all of them can be dropped at the end. */
const run = process.env['TEST_RUN_ID'] ?? ''

function freshName(): string {
  return `proxima_test_${run}${randomBytes(6).toString('hex')}`
}

/** Drops the databases that test files left for each other. */
export async function dropLeftDatabases(runId: string): Promise<void> {
  const pattern = `proxima\\_test\\_${runId}%`
  if (postgresUrl !== undefined)
    for (const name of await namesOnPostgres(postgresUrl, pattern))
      await runOnPostgres(postgresUrl, `drop database if exists ${name} with (force)`)
  if (mysqlUrl !== undefined)
    for (const name of await namesOnMysql(mysqlUrl, pattern))
      await runOnMysql(mysqlUrl, `drop database if exists ${name}`)
}

function withPath(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

async function namesOnPostgres(url: string, pattern: string): Promise<string[]> {
  const named = await runOnPostgres(url, 'select datname as name from pg_database where datname like $1', [
    pattern,
  ])
  return named.map(({ name }) => name)
}

async function namesOnMysql(url: string, pattern: string): Promise<string[]> {
  const named = 'select schema_name as name from information_schema.schemata where schema_name like ?'
  return (await runOnMysql(url, named, [pattern])).map(({ name }) => name)
}

interface Named {
  readonly name: string
}

async function runOnPostgres(url: string, statement: string, values: string[] = []): Promise<Named[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Named>(statement, values)).rows
  } finally {
    await client.end()
  }
}

async function runOnMysql(url: string, statement: string, values: string[] = []): Promise<Named[]> {
  const connection = await createConnection(url)
  try {
    const [rows] = await connection.query(statement, values)
    return Array.isArray(rows) ? (rows as Named[]) : []
  } finally {
    await connection.end()
  }
}
