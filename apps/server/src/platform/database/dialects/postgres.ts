import { PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Engine, Fault } from '../engine.ts'
import {
  connectMaxMs,
  constraintName,
  isConnectionError,
  type ServerOptions,
  silenceMaxMs,
} from './server.ts'
import { watchSilence } from './silence.ts'

const bigintOid = 20

export function postgresEngine({ url, poolMax, statementTimeoutMs, onError }: ServerOptions): Engine {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolMax,
    connectionTimeoutMillis: connectMaxMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: 'proxima',
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: 10_000,
    types: { getTypeParser: parserFor },
  })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', onError)
  // So does one that breaks while it is lent out: the pool listens to idle ones alone.
  pool.on('connect', (client) => client.on('error', onError))
  const silence = watchSilence(silenceMaxMs(statementTimeoutMs))
  pool.on('acquire', (client) => silence.begin(client.connection))
  pool.on('release', (_error, client) => silence.end(client.connection))
  const types = { id: 'uuid', time: 'bigint', integer: 'integer', text: () => 'text collate "C"' }
  return {
    name: 'postgres',
    dialect: new PostgresDialect({ pool }),
    classify,
    columnTypes: async () => types,
    tableOptions: '',
    indexNames: 'per schema',
  }
}

// pg's own declaration leaves open what a parser returns; it is ours to say.
function parserFor(oid: number): (text: string) => unknown {
  if (oid === bigintOid) return safeInteger
  return pg.types.getTypeParser(oid, 'text') as (text: string) => unknown
}

// pg hands 64-bit integers over as text; our times and counts are far below 2^53.
function safeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError('integer beyond 2^53')
  return value
}

/**
 * SQLSTATE classes and codes, PostgreSQL manual, appendix A. Who runs the database can mend a refused sign-in (28), a
 * missing database (3D), a statement that took too long (57014) and a lock that was not had in time (55P03).
 */
const unavailableStates = /^(?:08|28|3D|53|57P|57014|55P03|58|25006)/
const conflictStates = new Set(['40001', '40P01'])

function classify(error: unknown): Fault {
  if (!(error instanceof Error)) return { kind: 'other' }
  const code = 'code' in error ? String(error.code) : ''
  if (code === '23505') {
    const constraint = 'constraint' in error ? constraintName(String(error.constraint)) : null
    return constraint === null ? { kind: 'other' } : { kind: 'unique', constraint }
  }
  if (conflictStates.has(code)) return { kind: 'conflict' }
  if (unavailableStates.test(code) || isConnectionError(error)) return { kind: 'unavailable' }
  return { kind: 'other' }
}
