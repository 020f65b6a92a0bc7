import type { TestEngine } from '../../apps/server/tests/support/engines.ts'
import { meRequests } from '../load/sign-in.ts'
import type { Bench } from './bench.ts'
import { type Figure, type Row, throughputRow } from './figure.ts'

export const sessionCode: Figure = {
  number: 9,
  name: 'session-code',
  title: 'The caller, by session code, at saturation',
  run,
}

async function run(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const engine of bench.engines) {
    bench.say(`session codes on ${engine.name}`)
    rows.push(await onEngine(bench, engine))
  }
  return rows
}

async function onEngine(bench: Bench, engine: TestEngine): Promise<Row> {
  const { url: databaseUrl, people } = await bench.populated(engine, 1_000)
  const server = await bench.proxima(databaseUrl)
  const comparison = await bench.compareThroughput(
    { server, requests: await meRequests(server.url, people, { mode: 'code' }) },
    { server, requests: await meRequests(server.url, people) },
  )
  return throughputRow({
    subject: `GET /v1/me by session code on ${engine.name}`,
    limit: 'by access token',
    comparison,
    aim: {
      atLeast: 0.9,
      because:
        'One look-up by digest instead of one by id. It saves the verification of a signature and costs a SHA-256.',
    },
  })
}
