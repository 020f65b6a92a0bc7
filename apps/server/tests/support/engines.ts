import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'

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
    const folder = await mkdtemp(join(tmpdir(), 'proxima-test-'))
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
        drop: async () => await runOnPostgres(serverUrl, `drop database ${name} with (force)`),
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
        drop: async () => await runOnMysql(serverUrl, `drop database ${name}`),
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

function freshName(): string {
  return `proxima_test_${randomBytes(6).toString('hex')}`
}

function withPath(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

async function runOnPostgres(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

async function runOnMysql(url: string, statement: string): Promise<void> {
  const connection = await createConnection(url)
  try {
    await connection.query(statement)
  } finally {
    await connection.end()
  }
}
