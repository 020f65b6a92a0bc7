import type { TestEngine } from '../../apps/server/tests/support/engines.ts'
import type { Person } from '../fill/people.ts'
import { addSessions, countSessions } from '../fill/sessions.ts'
import { closedLoop } from '../load/closed-loop.ts'
import { openLoop } from '../load/open-loop.ts'
import { isGood, latenciesOf } from '../load/outcome.ts'
import { meRequests } from '../load/sign-in.ts'
import { type Comparison, interleaved } from '../measure/interleaved.ts'
import { median, percentile } from '../measure/statistics.ts'
import type { ServerProcess } from '../servers/server-process.ts'
import type { Bench } from './bench.ts'
import { type Figure, milliseconds, type Row, perSecond as rate, ratioRow, valueRow } from './figure.ts'

export const manySessions: Figure = {
  number: 10,
  name: 'many-sessions',
  title: 'With many sessions, half of which have expired',
  run,
}

const accounts = 10_000
const fewSessions = 10_000
const callers = 500
const perSecond = 100

// MariaDB is left out: with its default of 128 MB for pages, an index of ten million digests takes it over ten minutes.
async function run(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const engine of bench.engines.filter(({ name }) => name !== 'MariaDB'))
    rows.push(...(await onEngine(bench, engine)))
  return rows
}

interface Filled {
  readonly databaseUrl: string
  readonly people: readonly Person[]
}

async function onEngine(bench: Bench, engine: TestEngine): Promise<Row[]> {
  const sessions = bench.pick(10_000_000, 200_000)
  const few = await filled(bench, engine, fewSessions)
  const many = await filled(bench, engine, sessions)
  return [await lookUp(bench, engine, { few, many }), ...(await purging(bench, engine, many))]
}

async function filled(bench: Bench, engine: TestEngine, sessions: number): Promise<Filled> {
  const startedAt = performance.now()
  const { url: databaseUrl, people } = await bench.populated(engine, accounts)
  await addSessions(databaseUrl, { accounts, sessions })
  const seconds = Math.round((performance.now() - startedAt) / 1_000)
  bench.say(`${sessions} sessions on ${engine.name} in ${seconds} s`)
  return { databaseUrl, people }
}

interface Callers {
  readonly server: ServerProcess
  readonly requests: readonly Buffer[]
}

/** By default without a purge, because a purge would change the tables that are searched. */
async function start(bench: Bench, { databaseUrl, people }: Filled, purgeSeconds = 0): Promise<Callers> {
  const server = await bench.proxima(databaseUrl, { PROXIMA_PURGE_INTERVAL_SECONDS: String(purgeSeconds) })
  return { server, requests: await meRequests(server.url, people, { mode: 'code', count: callers }) }
}

async function lookUp(
  bench: Bench,
  engine: TestEngine,
  { few, many }: { few: Filled; many: Filled },
): Promise<Row> {
  const subject = await start(bench, many)
  const limit = await start(bench, few)
  const middleLatency = async ({ server, requests }: Callers) => {
    const load = {
      url: server.url,
      requests,
      connections: 1,
      warmUpSeconds: 0.5,
      seconds: bench.pick(2, 0.5),
    }
    return median(latenciesOf(await closedLoop(load), isGood))
  }
  const comparison = await interleaved(
    bench.pick(5, 2),
    () => middleLatency(subject),
    () => middleLatency(limit),
  )
  await Promise.all([subject.server.stop(), limit.server.stop()])
  return row(`GET /v1/me by session code on ${engine.name}, p50`, {
    comparison,
    limit: `among ${fewSessions.toLocaleString('en')}`,
    atMost: 1.3,
  })
}

/** The purge deletes half of the table, which takes longer than the measurement. */
async function purging(bench: Bench, engine: TestEngine, many: Filled): Promise<Row[]> {
  const deletedPerSecond: number[] = []
  const slowLatency = async (purgeSeconds: number) => {
    const { server, requests } = await start(bench, many, purgeSeconds)
    const before = await countSessions(many.databaseUrl)
    const seconds = bench.pick(10, 2)
    const outcome = await openLoop({ url: server.url, requests, perSecond, seconds, connectionsMax: 200 })
    deletedPerSecond.push((before - (await countSessions(many.databaseUrl))) / seconds)
    await server.stop()
    return percentile(latenciesOf(outcome, isGood), 0.99)
  }
  const comparison = await interleaved(
    bench.pick(3, 1),
    () => slowLatency(1),
    () => slowLatency(0),
  )
  return [
    row(`GET /v1/me on ${engine.name} during a purge, p99`, { comparison, limit: 'without', atMost: 2 }),
    valueRow({
      subject: `sessions that the purge deletes on ${engine.name} during this time`,
      value: Math.max(...deletedPerSecond),
      show: rate,
    }),
  ]
}

function row(
  subject: string,
  options: { readonly comparison: Comparison; readonly limit: string; readonly atMost: number },
): Row {
  return ratioRow({ subject, show: milliseconds, ...options })
}
