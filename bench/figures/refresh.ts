import type { TestEngine } from '../../apps/server/tests/support/engines.ts'
import { requestBytes } from '../load/request.ts'
import { refreshes } from '../load/sign-in.ts'
import type { Bench } from './bench.ts'
import { type Aim, type Figure, type Row, throughputRow } from './figure.ts'

export const refresh: Figure = {
  number: 8,
  name: 'refresh',
  title: 'Refreshing, at saturation',
  run,
}

/** Many more than there are connections, so that no session is refreshed again immediately. */
const sessions = 500

const aim: Aim = {
  atLeast: 0.9,
  because:
    'The limit makes the same signature and the same durable write. Reads that arrive together share a round trip, and writes to SQLite share a write to the disk, which pays for the rest.',
}

async function run(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const engine of bench.engines) {
    bench.say(`refresh on ${engine.name}`)
    rows.push(await onEngine(bench, engine))
  }
  return rows
}

async function onEngine(bench: Bench, engine: TestEngine): Promise<Row> {
  const { url: databaseUrl, people } = await bench.populated(engine, 2 * sessions)
  const server = await bench.proxima(databaseUrl)
  const bare = await bench.bareRoute({ databaseUrl: await bench.database(engine) })
  const json = { refresh_token: 'x'.repeat(100) }
  const comparison = await bench.compareThroughput(
    { server, requests: await refreshes(server.url, people, sessions) },
    { server: bare, requests: [requestBytes({ method: 'POST', path: '/durable-signature', json })] },
  )
  return throughputRow({
    subject: `POST /v1/auth/refresh on ${engine.name}`,
    limit: 'Fastify, one ES256 signature and one durable update',
    comparison,
    aim,
  })
}
