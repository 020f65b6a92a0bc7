import type { TestEngine } from '../../apps/server/tests/support/engines.ts'
import { keyRequests, meRequests } from '../load/sign-in.ts'
import type { Bench } from './bench.ts'
import { type Figure, type Row, throughputRow } from './figure.ts'

export const apiKey: Figure = {
  number: 18,
  name: 'api-key',
  title: 'The caller, by API key, at saturation',
  run,
}

async function run(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const engine of bench.engines) {
    bench.say(`API keys on ${engine.name}`)
    rows.push(await onEngine(bench, engine))
  }
  return rows
}

async function onEngine(bench: Bench, engine: TestEngine): Promise<Row> {
  const { url: databaseUrl, people } = await bench.populated(engine, 1_000)
  const server = await bench.proxima(databaseUrl)
  const comparison = await bench.compareThroughput(
    { server, requests: await keyRequests(server.url, people) },
    { server, requests: await meRequests(server.url, people, { mode: 'code' }) },
  )
  return throughputRow({
    subject: `GET /v1/me by API key on ${engine.name}`,
    limit: 'by session code',
    comparison,
    aim: {
      atLeast: 0.95,
      because: 'Both are one look-up by digest. A key also costs a CRC-32.',
    },
  })
}
