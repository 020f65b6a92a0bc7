import type { TestEngine } from '../../apps/server/tests/support/engines.ts'
import { requestBytes } from '../load/request.ts'
import { secretRequests } from '../load/sign-in.ts'
import type { ServerProcess } from '../servers/server-process.ts'
import type { Bench } from './bench.ts'
import { type Figure, type Row, throughputRow } from './figure.ts'

export const token: Figure = {
  number: 2,
  name: 'token',
  title: 'Sign-in by user secret, at saturation',
  run,
}

async function run(bench: Bench): Promise<Row[]> {
  const bare = await bench.bareRoute()
  const rows: Row[] = []
  for (const engine of bench.engines) {
    bench.say(`token issue on ${engine.name}`)
    rows.push(await onEngine(bench, engine, bare))
  }
  return rows
}

async function onEngine(bench: Bench, engine: TestEngine, bare: ServerProcess): Promise<Row> {
  const { url: databaseUrl, people } = await bench.populated(engine, 1_000)
  const proxima = await bench.proxima(databaseUrl)
  const signature = requestBytes({
    method: 'POST',
    path: '/signature',
    json: { user_secret: 'x'.repeat(47) },
  })
  const comparison = await bench.compareThroughput(
    { server: proxima, requests: secretRequests(people) },
    { server: bare, requests: [signature] },
  )
  return throughputRow({
    subject: `POST /v1/auth/token on ${engine.name}`,
    limit: 'Fastify and one ES256 signature',
    comparison,
    ...(engine.name === 'SQLite' && { atLeast: 0.5 }),
  })
}
