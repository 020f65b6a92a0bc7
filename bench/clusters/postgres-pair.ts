import { join } from 'node:path'
import pg from 'pg'
import { as, run, type Server, startServer, waitFor } from './processes.ts'

const programs = process.env['PROXIMA_BENCH_POSTGRES_BIN'] ?? '/usr/lib/postgresql/15/bin'
const user = 'postgres'
const database = 'proxima'

export interface PostgresServer {
  readonly name: string
  readonly port: number
  readonly url: string
  readonly server: Server
}

export interface PostgresPair {
  readonly primary: PostgresServer
  readonly standby: PostgresServer
}

/** Starts a primary that acknowledges a commit only when its standby has it too. */
export async function startPair(
  folder: string,
  [primaryPort, standbyPort]: readonly [number, number],
): Promise<PostgresPair> {
  const data = join(folder, 'primary')
  run(as(user, join(programs, 'initdb'), [`--pgdata=${data}`, '--auth=trust', `--username=${user}`]))
  const primary = await start(folder, 'primary', primaryPort)
  await query({ ...primary, url: primary.url.replace(database, 'postgres') }, `create database ${database}`)
  const source = ['--host=127.0.0.1', `--port=${primaryPort}`, `--username=${user}`]
  const copy = join(folder, 'standby')
  run(
    as(user, join(programs, 'pg_basebackup'), [
      ...source,
      `--pgdata=${copy}`,
      '--write-recovery-conf',
      '--checkpoint=fast',
    ]),
  )
  const standby = await start(folder, 'standby', standbyPort)
  await query(primary, "alter system set synchronous_standby_names = '*'")
  await query(primary, 'select pg_reload_conf()')
  await waitFor('the standby to be synchronous', async () => {
    const rows = await query(primary, 'select sync_state from pg_stat_replication')
    return JSON.stringify(rows) === '[{"sync_state":"sync"}]'
  })
  return { primary, standby }
}

async function start(folder: string, name: string, port: number): Promise<PostgresServer> {
  const options = [
    '-D',
    join(folder, name),
    '-p',
    String(port),
    '-k',
    folder,
    '-c',
    'listen_addresses=127.0.0.1',
  ]
  const server = startServer(...as(user, join(programs, 'postgres'), options), {
    logPath: join(folder, `${name}.log`),
  })
  const running = { name, port, url: urlOf(port), server }
  await waitFor(`the ${name} to answer`, async () => {
    const rows = await query({ ...running, url: running.url.replace(database, 'postgres') }, 'select 1')
    return rows.length === 1
  })
  return running
}

export function urlOf(port: number): string {
  return `postgres://${user}@127.0.0.1:${port}/${database}`
}

export async function query({ url }: Pick<PostgresServer, 'url'>, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(text)
    return rows
  } finally {
    await client.end()
  }
}
