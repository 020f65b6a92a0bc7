import { setTimeout as sleep } from 'node:timers/promises'
import { sqlite } from '../../apps/server/tests/support/engines.ts'
import type { Person } from '../fill/people.ts'
import { sendMany } from '../load/closed-loop.ts'
import { meRequests, secretRequests } from '../load/sign-in.ts'
import { canReadUsage, residentMegabytes } from '../measure/process-usage.ts'
import { median } from '../measure/statistics.ts'
import type { ServerProcess } from '../servers/server-process.ts'
import type { Bench } from './bench.ts'
import { type Figure, megabytes, milliseconds, type Row, ratio, valueRow } from './figure.ts'

export const start: Figure = {
  number: 5,
  name: 'start',
  title: 'From the start until ready, and the memory of the process',
  run,
}

/** One in this many requests is a sign-in. The others read the caller. */
const requestsPerSignIn = 100

async function run(bench: Bench): Promise<Row[]> {
  const { url: databaseUrl, people } = await bench.populated(sqlite, 1_000)
  const startRow = await starts(bench, databaseUrl)
  if (!canReadUsage) return [startRow]
  return [startRow, ...(await memory(bench, databaseUrl, people))]
}

async function starts(bench: Bench, databaseUrl: string): Promise<Row> {
  const took: number[] = []
  for (let round = 0; round < bench.pick(7, 3); round++) {
    const server = await bench.proxima(databaseUrl)
    took.push(server.startMs)
    await server.stop()
  }
  return valueRow({
    subject: 'from the start of the process to 200 from /readyz, on SQLite with 1,000 people',
    value: median(took),
    show: milliseconds,
    limit: `${milliseconds(Math.min(...took))} to ${milliseconds(Math.max(...took))}`,
    atMost: 600,
  })
}

async function memory(bench: Bench, databaseUrl: string, people: readonly Person[]): Promise<Row[]> {
  const server = await bench.proxima(databaseUrl)
  const restSeconds = bench.pick(5, 2)
  const idle = await atRest(server, restSeconds)
  const requests = mixed(await meRequests(server.url, people), secretRequests(people))
  const load = { url: server.url, requests, connections: 32 }
  const [few, many] = [bench.pick(100_000, 5_000), bench.pick(1_000_000, 20_000)]
  bench.say(`${few} requests`)
  await sendMany({ ...load, count: few })
  const afterFew = await atRest(server, restSeconds)
  bench.say(`${many} requests`)
  await sendMany({ ...load, count: many - few })
  const afterMany = await atRest(server, restSeconds)
  return [
    valueRow({ subject: 'resident memory at idle', value: idle, show: megabytes, atMost: 110 }),
    valueRow({ subject: `after ${few.toLocaleString('en')} requests`, value: afterFew, show: megabytes }),
    valueRow({ subject: `after ${many.toLocaleString('en')} requests`, value: afterMany, show: megabytes }),
    valueRow({
      subject: 'growth: the last value ÷ the one before',
      value: afterMany / afterFew,
      show: ratio,
      atMost: 1.1,
    }),
  ]
}

async function atRest({ pid }: ServerProcess, seconds: number): Promise<number> {
  await sleep(seconds * 1_000)
  return residentMegabytes(pid)
}

function mixed(calls: readonly Buffer[], signIns: readonly Buffer[]): Buffer[] {
  return signIns.flatMap((signIn, index) => {
    const between = Array.from({ length: requestsPerSignIn - 1 }, (_, offset) => {
      const call = calls[(index + offset) % calls.length]
      if (call === undefined) throw new Error('No one is signed in.')
      return call
    })
    return [...between, signIn]
  })
}
