import { sql } from 'kysely'
import type { ColumnTypes, Engine, Fault } from '../engine.ts'
import type { Database } from '../tables.ts'
import { ClusterDialect } from './galera-lock.ts'
import { mysqlObstacles } from './mysql-obstacles.ts'
import type { MysqlConnections } from './mysql-pool.ts'
import { constraintName, isConnectionError, type ServerOptions } from './server.ts'

export function mysqlEngine(options: ServerOptions): Engine {
  let opened: MysqlConnections | null = null
  // The driver is loaded by the first connection.
  const open = async () => {
    const { openMysql } = await import('./mysql-pool.ts')
    opened ??= openMysql(options)
    return opened
  }
  return {
    name: 'mysql',
    dialect: new ClusterDialect(open),
    snapshotDialect: null,
    classify,
    tableNames: 'select table_name as name from information_schema.tables where table_schema = database()',
    columnNames: `
      select table_name as \`table\`, column_name as \`column\` from information_schema.columns
      where table_schema = database()`,
    migrationSchema: async () => null,
    findObstacles: mysqlObstacles,
    columnTypes,
    tableOptions: 'engine = InnoDB default character set utf8mb4',
    indexOnlyTableOptions: 'engine = InnoDB default character set utf8mb4',
    changingTableOptions: '',
    partialIndexes: false,
    scrub: null,
    assertInPlace: () => undefined,
    poolUse: () => opened?.use() ?? { inUse: 0, idle: 0, waiting: 0, max: options.poolMax },
  }
}

// Most collations of MySQL and MariaDB compare 'a' and 'A ' as equal; these two do not, and each server has its own.
async function columnTypes(db: Database): Promise<ColumnTypes> {
  const { rows } = await sql<{ version: string }>`select version() as version`.execute(db)
  const isMariaDb = rows[0]?.version.includes('MariaDB') ?? false
  const collation = isMariaDb ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin'
  return {
    id: 'char(36) character set ascii collate ascii_bin',
    time: 'bigint',
    integer: 'int',
    bytes: 'mediumblob',
    text: (lengthMax) => `varchar(${lengthMax}) character set utf8mb4 collate ${collation}`,
  }
}

/** Error numbers, MariaDB and MySQL error reference. Each has a cause that the operator can fix. */
const unavailableErrors = new Set([
  3, 20, 1021, 1026, 1030, 1114, 3675 /* disk full or failing; 3 is that of the binary log */, 1016, 1017,
  1023, 1024, 1033, 1034, 1035, 1194, 1195, 1812, 1932 /* a file of a table is missing or damaged */, 1037,
  1038, 1041, 1135 /* out of memory or threads */, 1040, 1129, 1130, 1203,
  1226 /* too many connections, or a refused host */, 1044, 1045, 1142, 1143, 1227, 1370,
  1698 /* access denied */, 1251, 1820, 1862, 3118, 4151 /* a password that expired, a locked user */, 1046,
  1049, 1054, 1146, 1286 /* no such database, table, column or storage engine */,
  1153 /* max_allowed_packet is too small */, 1267, 1273, 1366 /* a character set without the character */,
  1047 /* Galera: node not ready */, 1053 /* shutting down */, 1080, 1158, 1159, 1160, 1161, 1184,
  1927 /* connection */, 1180 /* commit failed */, 1205 /* lock wait; Galera: node too far behind */, 1290,
  1836, 1874 /* read-only */, 1317 /* statement killed */, 1969, 3024 /* statement time */,
])
const conflictErrors = new Set([1020 /* snapshot */, 1213 /* deadlock; Galera: certification conflict */])

function classify(error: unknown): Fault {
  if (!(error instanceof Error)) return { kind: 'other' }
  const number = 'errno' in error && typeof error.errno === 'number' ? error.errno : 0
  if (number === 1062) {
    const key = /for key '([\w.]+)'$/.exec(error.message)?.[1]
    const constraint = key === undefined ? null : constraintName(key)
    return constraint === null ? { kind: 'other' } : { kind: 'unique', constraint }
  }
  if (conflictErrors.has(number)) return { kind: 'conflict' }
  if (unavailableErrors.has(number) || isConnectionError(error)) return { kind: 'unavailable' }
  return { kind: 'other' }
}
