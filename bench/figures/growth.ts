import type { TestEngine } from '../../apps/server/tests/support/engines.ts'
import { fill } from '../fill/fill.ts'
import type { Person } from '../fill/people.ts'
import { closedLoop, sendMany } from '../load/closed-loop.ts'
import { isGood, latenciesOf } from '../load/outcome.ts'
import { requestBytes } from '../load/request.ts'
import { meRequests, secretRequests } from '../load/sign-in.ts'
import { interleaved } from '../measure/interleaved.ts'
import { median } from '../measure/statistics.ts'
import type { ServerProcess } from '../servers/server-process.ts'
import type { Bench } from './bench.ts'
import { type Figure, milliseconds, type Row, ratioRow } from './figure.ts'

export const growth: Figure = {
  number: 6,
  name: 'growth',
  title: 'One caller at a time, among many people and among few',
  run,
}

const fewPeople = 1_000
/** How many people with a secret sign in: the same number on both sides, so that both have cached as many. */
const sampled = 500

interface Filled {
  readonly people: readonly Person[]
  /** One for each engine, in their order. */
  readonly databaseUrls: readonly string[]
}

async function run(bench: Bench): Promise<Row[]> {
  const manyPeople = bench.pick(1_000_000, 20_000)
  const few = await filled(bench, fewPeople)
  const many = await filled(bench, manyPeople)
  const rows: Row[] = []
  for (const [index, engine] of bench.engines.entries()) {
    bench.say(`${manyPeople} and ${fewPeople} people on ${engine.name}`)
    const limit = await start(bench, few, index)
    const subject = await start(bench, many, index)
    for (const name of routeNames) rows.push(await compare(bench, { engine, name, subject, limit }))
    await Promise.all([subject.server.stop(), limit.server.stop()])
  }
  return rows
}

async function filled(bench: Bench, accounts: number): Promise<Filled> {
  const databaseUrls = await Promise.all(bench.engines.map((engine) => bench.database(engine)))
  const startedAt = performance.now()
  const everyTenth = Math.max(5_000, accounts / 10)
  const onProgress = (count: number) => {
    if (count % everyTenth === 0) bench.say(`${count} people`)
  }
  const people = await fill({ databaseUrls, accounts, sample: 2 * sampled, onProgress })
  const seconds = Math.round((performance.now() - startedAt) / 1_000)
  bench.say(`filled ${databaseUrls.length} databases with ${accounts} people each in ${seconds} s`)
  return { people: people.filter(({ userSecret }) => userSecret !== null).slice(0, sampled), databaseUrls }
}

/**
 * A sign-in by password finds an account by an identifier, and otherwise mostly hashes. The availability check does the
 * same look-up in the same index without a hash. A sign-in by secret is a complete sign-in without a hash.
 */
const routeNames = ['GET /v1/me', 'POST /v1/auth/token', 'GET /v1/auth/availability?email='] as const
type RouteName = (typeof routeNames)[number]

interface Side {
  readonly server: ServerProcess
  readonly requests: Readonly<Record<RouteName, readonly Buffer[]>>
}

async function start(bench: Bench, { people, databaseUrls }: Filled, index: number): Promise<Side> {
  const server = await bench.proxima(databaseUrls[index] ?? '')
  const requests = {
    'GET /v1/me': await meRequests(server.url, people, { count: sampled }),
    'POST /v1/auth/token': secretRequests(people),
    'GET /v1/auth/availability?email=': people.map(({ email }) =>
      requestBytes({ method: 'GET', path: `/v1/auth/availability?email=${encodeURIComponent(email)}` }),
    ),
  }
  return { server, requests }
}

interface Sides {
  readonly engine: TestEngine
  readonly name: RouteName
  readonly subject: Side
  readonly limit: Side
}

async function compare(bench: Bench, { engine, name, subject, limit }: Sides): Promise<Row> {
  for (const side of [subject, limit]) await readOnce(side, name)
  const seconds = bench.pick(0.8, 0.4)
  const comparison = await interleaved(
    bench.pick(5, 2),
    () => middleLatency(subject, name, seconds),
    () => middleLatency(limit, name, seconds),
  )
  return ratioRow({
    subject: `${name} on ${engine.name}, p50`,
    limit: `among ${fewPeople.toLocaleString('en')}`,
    comparison,
    show: milliseconds,
    aim: { atMost: 1.3, because: 'An index of a million rows is one level deeper than one of a thousand.' },
  })
}

/** Warms the caches, so that the figure compares the look-ups and not the first reads from the disk. */
async function readOnce({ server, requests }: Side, name: RouteName): Promise<void> {
  await sendMany({ url: server.url, requests: requests[name], connections: 4, count: requests[name].length })
}

// With one connection, no request waits for another, so a closed loop misses no waiting time.
async function middleLatency({ server, requests }: Side, name: RouteName, seconds: number): Promise<number> {
  const load = { url: server.url, requests: requests[name], connections: 1, warmUpSeconds: 0.2, seconds }
  return median(latenciesOf(await closedLoop(load), isGood))
}
