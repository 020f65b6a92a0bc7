import { connect } from 'node:net'
import { createConnection } from 'mysql2/promise'
import pg from 'pg'

/** Exits with 0 if the engine at the given address answers a query, and otherwise with 1. Prints nothing. */
const timeoutMs = 3000

async function postgres(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: timeoutMs })
  await client.connect()
  await client.query('select 1')
  await client.end()
}

async function mysql(uri: string): Promise<void> {
  const connection = await createConnection({ uri, connectTimeout: timeoutMs })
  await connection.query('select 1')
  await connection.end()
}

function redis(url: URL): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port || 6379), url.hostname)
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('no answer in time')))
    socket.once('error', reject)
    socket.once('data', (answer) => {
      socket.destroy()
      if (answer.toString().startsWith('+PONG')) resolve()
      else reject(new Error('not ready'))
    })
    socket.write('PING\r\n')
  })
}

const address = process.argv[2] ?? ''
const engines: Record<string, () => Promise<void>> = {
  'postgres:': () => postgres(address),
  'mysql:': () => mysql(address),
  'redis:': () => redis(new URL(address)),
}

try {
  const ask = engines[new URL(address).protocol]
  if (ask === undefined) throw new Error('no such engine')
  await ask()
} catch {
  process.exitCode = 1
}
