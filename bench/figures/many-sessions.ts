import type { TestEngine } from '../../apps/server/tests/support/engines.ts'
import type { Person } from '../fill/people.ts'
import { addSessions, countSessions } from '../fill/sessions.ts'
import { closedLoop } from '../load/closed-loop.ts'
import { openLoop } from '../load/open-loop.ts'
import { isGood, latenciesOf } from '../load/outcome.ts'
import { meRequests } from '../load/sign-in.ts'
import { interleaved } from '../measure/interleaved.ts'
import { median, percentile } from '../measure/statistics.ts'
import type { ServerProcess } from '../servers/server-process.ts'
import type { Bench } from './bench.ts'
import {
  type Aim,
  type Figure,
  milliseconds,
  type Row,
  perSecond as rate,
  ratioRow,
  valueRow,
} from './figure.ts'

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

interface Size {
  readonly sessions: number
  readonly purgeAim: Aim
}

const pagesOfPurge = 'The pages that a purge writes go to the disk in another thread, so a call waits at most'

function sizes(bench: Bench): readonly [million: Size, tenMillion: Size] {
  return [
    {
      sessions: bench.pick(1_000_000, 100_000),
      purgeAim: { atMost: 1.6, because: `${pagesOfPurge} for one small batch.` },
    },
    {
      sessions: bench.pick(10_000_000, 200_000),
      purgeAim: {
        atMost: 2,
        because: `${pagesOfPurge} for one small batch, whose pages are mostly not in memory.`,
      },
    },
  ]
}

async function run(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const engine of bench.engines) rows.push(...(await onEngine(bench, engine)))
  return rows
}

interface Filled {
  readonly databaseUrl: string
  readonly people: readonly Person[]
  readonly sessions: number
}

async function onEngine(bench: Bench, engine: TestEngine): Promise<Row[]> {
  const [million, tenMillion] = sizes(bench)
  const few = await filled(bench, engine, fewSessions)
  const some = await filled(bench, engine, million.sessions)
  const purged = await purging(bench, engine, { ...some, ...million })
  // With its default of 128 MB for pages, an index of ten million digests takes MariaDB over ten minutes.
  if (engine.name === 'MariaDB') return [await lookUp(bench, engine, { few, many: some }), ...purged]
  const many = await filled(bench, engine, tenMillion.sessions)
  const looked = await lookUp(bench, engine, { few, many })
  return [looked, ...purged, ...(await purging(bench, engine, { ...many, ...tenMillion }))]
}

async function filled(bench: Bench, engine: TestEngine, sessions: number): Promise<Filled> {
  const startedAt = performance.now()
  const { url: databaseUrl, people } = await bench.populated(engine, accounts)
  await addSessions(databaseUrl, { accounts, sessions })
  const seconds = Math.round((performance.now() - startedAt) / 1_000)
  bench.say(`${sessions} sessions on ${engine.name} in ${seconds} s`)
  return { databaseUrl, people, sessions }
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
  return ratioRow({
    subject: `GET /v1/me by session code on ${engine.name}, among ${named(many.sessions)}, p50`,
    limit: `among ${named(fewSessions)}`,
    comparison,
    show: milliseconds,
    aim: { atMost: 1.3, because: 'An index of ten million digests is one or two levels deeper.' },
  })
}

/** The purge deletes half of the table, which takes longer than the measurement. */
async function purging(bench: Bench, engine: TestEngine, many: Filled & Size): Promise<Row[]> {
  const deletedPerSecond: number[] = []
  const slowLatency = async (purgeSeconds: number) => {
    const { server, requests } = await start(bench, many, purgeSeconds)
    const load = { url: server.url, requests, perSecond, connectionsMax: 200 }
    // The first calls after a start are slow on both sides, and would hide the difference.
    await openLoop({ ...load, seconds: bench.pick(3, 1) })
    const before = await countSessions(many.databaseUrl)
    const seconds = bench.pick(10, 2)
    const outcome = await openLoop({ ...load, seconds })
    deletedPerSecond.push((before - (await countSessions(many.databaseUrl))) / seconds)
    await server.stop()
    return percentile(latenciesOf(outcome, isGood), 0.99)
  }
  const comparison = await interleaved(
    bench.pick(3, 1),
    () => slowLatency(1),
    () => slowLatency(0),
  )
  const among = `on ${engine.name}, among ${named(many.sessions)} sessions`
  return [
    ratioRow({
      subject: `GET /v1/me ${among}, during a purge, p99`,
      limit: 'without',
      comparison,
      show: milliseconds,
      aim: many.purgeAim,
    }),
    valueRow({
      subject: `sessions that the purge deletes ${among} during this time`,
      value: Math.max(...deletedPerSecond),
      show: rate,
    }),
  ]
}

const named = (sessions: number) => sessions.toLocaleString('en')
