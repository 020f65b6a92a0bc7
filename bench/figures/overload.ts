import { sqlite } from '../../apps/server/tests/support/engines.ts'
import { closedLoop } from '../load/closed-loop.ts'
import { type OpenOutcome, openLoop } from '../load/open-loop.ts'
import { isGood, latenciesOf, ratePerSecond, type Sample } from '../load/outcome.ts'
import { meRequests, passwordRequests } from '../load/sign-in.ts'
import { percentile } from '../measure/statistics.ts'
import type { Bench } from './bench.ts'
import { type Aim, count, type Figure, milliseconds, perSecond, type Row, valueRow } from './figure.ts'

export const overload: Figure = {
  number: 4,
  name: 'overload',
  title: 'Ten times as many sign-ins as the server can do',
  run,
}

const timesCapacity = 10
const callsPerSecond = 100

async function run(bench: Bench): Promise<Row[]> {
  const { url: databaseUrl, people } = await bench.populated(sqlite, 1_000)
  const { url } = await bench.proxima(databaseUrl)
  const signIns = passwordRequests(people)
  const calls = await meRequests(url, people)
  const saturation = { url, requests: signIns, connections: 16, warmUpSeconds: 1, seconds: bench.pick(5, 2) }
  const capacity = ratePerSecond(await closedLoop(saturation))
  const load = { url, seconds: bench.pick(60, 10), connectionsMax: 4_000 }
  bench.say(`${timesCapacity} times ${perSecond(capacity)} for ${load.seconds} s`)
  const [offered, meanwhile] = await Promise.all([
    openLoop({ ...load, requests: signIns, perSecond: capacity * timesCapacity }),
    openLoop({ ...load, requests: calls, perSecond: callsPerSecond }),
  ])
  return rowsOf({ capacity, offered, meanwhile })
}

interface Overload {
  readonly capacity: number
  readonly offered: OpenOutcome
  readonly meanwhile: OpenOutcome
}

const isShed = ({ status, code }: Sample) => status === 503 && code === 'overloaded'
const isFailure = (sample: Sample) => !isGood(sample) && !isShed(sample)

function rowsOf({ capacity, offered, meanwhile }: Overload): Row[] {
  const goodput = offered.samples.filter(isGood).length / offered.seconds
  const samples = [...offered.samples, ...meanwhile.samples]
  const failures = samples.filter(isFailure)
  const me = latenciesOf(meanwhile, isGood)
  return [
    latencyRow('sign-ins that were admitted, p99', latenciesOf(offered, isGood), {
      atMost: 1_000,
      because: 'The queue admits only what it can hash in time. People wait a second without a second try.',
    }),
    latencyRow('sign-ins that were refused, p99', latenciesOf(offered, isShed), {
      atMost: 50,
      because: 'A refusal makes no query and no hash: it waits for the event loop alone.',
    }),
    latencyRow(`GET /v1/me at the same time, ${perSecond(callsPerSecond)}, p99`, me, {
      atMost: 100,
      because: 'Hashes take both cores, in turns of some 10 ms each. A call may wait for a few turns.',
    }),
    valueRow({
      subject: 'answers other than 200 and 503 overloaded',
      value: failures.length,
      show: count,
      limit: `of ${samples.length}${kindsOf(failures)}`,
      aim: { atMost: 0, because: 'Overload is refused in one way.' },
    }),
    valueRow({
      subject: 'successful sign-ins at the same time',
      value: goodput,
      show: perSecond,
      limit: `capacity: ${perSecond(capacity)}`,
    }),
    latencyRow('delay of the generator itself, included in these latencies, p99', offered.lateness),
  ]
}

function kindsOf(failures: readonly Sample[]): string {
  const counts = new Map<string, number>()
  for (const { status, code } of failures) {
    const kind = [status || 'no answer', code].filter(Boolean).join(' ')
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return [...counts].map(([kind, number]) => `, ${number} × ${kind}`).join('')
}

function latencyRow(subject: string, latencies: readonly number[], aim?: Aim): Row {
  // Without any, none was too late.
  const value = latencies.length === 0 ? 0 : percentile(latencies, 0.99)
  const middle = latencies.length === 0 ? '' : `p50 ${milliseconds(percentile(latencies, 0.5))}`
  return valueRow({
    subject,
    value,
    show: milliseconds,
    limit: `${middle}, ${latencies.length} of them`,
    aim,
  })
}
