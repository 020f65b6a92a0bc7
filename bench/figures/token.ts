import type { TestEngine } from '../../apps/server/tests/support/engines.ts'
import { requestBytes } from '../load/request.ts'
import { secretRequests } from '../load/sign-in.ts'
import type { ServerProcess } from '../servers/server-process.ts'
import type { Bench } from './bench.ts'
import { type Aim, type Figure, microseconds, type Row, throughputRow, valueRow } from './figure.ts'

export const token: Figure = {
  number: 2,
  name: 'token',
  title: 'Sign-in by user secret, at saturation',
  run,
}

const sqliteAim: Aim = {
  atLeast: 0.28,
  because:
    'A sign-in may cost three and a half times one signature: besides it, the server makes two statements, seals the key of the session, and writes a session and an audit event durably.',
}

const postgresCpuAim: Aim = {
  atMost: 360,
  because:
    'One read, one statement that stores both rows, one signature. A prototype that does this took 352 µs.',
}

async function run(bench: Bench): Promise<Row[]> {
  const bare = await bench.bareRoute()
  const rows: Row[] = []
  for (const engine of bench.engines) {
    bench.say(`token issue on ${engine.name}`)
    rows.push(...(await onEngine(bench, engine, bare)))
  }
  return rows
}

async function onEngine(bench: Bench, engine: TestEngine, bare: ServerProcess): Promise<Row[]> {
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
  await proxima.stop()
  const subject = `POST /v1/auth/token on ${engine.name}`
  const limit = 'Fastify and one ES256 signature'
  const row = throughputRow({
    subject,
    limit,
    comparison,
    aim: engine.name === 'SQLite' ? sqliteAim : undefined,
  })
  const { subjectCpu } = comparison
  if (engine.name !== 'PostgreSQL' || subjectCpu === null) return [row]
  const cpuRow = valueRow({
    subject: `${subject}, CPU of the server`,
    value: subjectCpu,
    show: microseconds,
    aim: postgresCpuAim,
  })
  return [row, cpuRow]
}
