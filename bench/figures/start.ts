import { setTimeout as sleep } from 'node:timers/promises'
import { sqlite } from '../../apps/server/tests/support/engines.ts'
import type { Person } from '../fill/people.ts'
import { sendMany } from '../load/closed-loop.ts'
import { meRequests, secretRequests } from '../load/sign-in.ts'
import { canReadUsage, cpuSeconds, residentMegabytes } from '../measure/process-usage.ts'
import { median } from '../measure/statistics.ts'
import type { ServerProcess } from '../servers/server-process.ts'
import type { Bench } from './bench.ts'
import { type Aim, type Figure, megabytes, milliseconds, type Row, ratio, valueRow } from './figure.ts'

export const start: Figure = {
  number: 5,
  name: 'start',
  title: 'From the start until ready, and the memory of the process',
  run,
}

/** One in this many requests is a sign-in. The others read the caller. */
const requestsPerSignIn = 100

/** A way to start the server. */
interface Way {
  readonly name: string
  /** The program; undefined for that of the sources. */
  readonly program?: string
  readonly idleAim: Aim
}

async function run(bench: Bench): Promise<Row[]> {
  const { url: databaseUrl, people } = await bench.populated(sqlite, 1_000)
  bench.say('bundling the server')
  const ways: readonly Way[] = [
    {
      name: 'from the sources',
      idleAim: {
        atMost: 130,
        because: 'Node alone takes 43 MB. The code of the server and its live objects take twice as much.',
      },
    },
    {
      name: 'from the bundle',
      program: await bench.bundledProgram(),
      idleAim: {
        atMost: 115,
        because: 'A bundle has no source text of its own types and comments, and fewer modules.',
      },
    },
  ]
  const rows: Row[] = []
  for (const way of ways) rows.push(...(await starts(bench, databaseUrl, way)))
  if (!canReadUsage) return rows
  for (const way of ways) rows.push(await idle(bench, databaseUrl, way))
  return [...rows, ...(await memory(bench, databaseUrl, people))]
}

async function starts(bench: Bench, databaseUrl: string, { name, program }: Way): Promise<Row[]> {
  const took: number[] = []
  const cpuMs: number[] = []
  for (let round = 0; round < bench.pick(8, 4); round++) {
    const server = await bench.proxima(databaseUrl, {}, program)
    const usedMs = canReadUsage ? cpuSeconds(server.pid) * 1_000 : 0
    await server.stop()
    // The first start fills the cache of compiled code.
    if (round === 0) continue
    took.push(server.startMs)
    cpuMs.push(usedMs)
  }
  const readyRow = valueRow({
    subject: `from the start of the process to 200 from /readyz, ${name}, on SQLite with 1,000 people`,
    value: median(took),
    show: milliseconds,
    limit: rangeOf(took),
    aim: {
      atMost: 400,
      because: 'Node alone takes 40 ms. The rest is compiled code from the cache: some 300 ms on one core.',
    },
  })
  if (!canReadUsage) return [readyRow]
  const cpuRow = valueRow({
    subject: `CPU of the process until then, ${name}`,
    value: median(cpuMs),
    show: milliseconds,
    limit: rangeOf(cpuMs),
  })
  return [readyRow, cpuRow]
}

function rangeOf(values: readonly number[]): string {
  return `${milliseconds(Math.min(...values))} to ${milliseconds(Math.max(...values))}`
}

/** V8 gives memory back after eight seconds without work, or later. */
export async function megabytesAtRest(bench: Bench, { pid }: ServerProcess): Promise<number> {
  await sleep(bench.pick(20, 2) * 1_000)
  return residentMegabytes(pid)
}

async function idle(bench: Bench, databaseUrl: string, { name, program, idleAim }: Way): Promise<Row> {
  const server = await bench.proxima(databaseUrl, {}, program)
  const value = await megabytesAtRest(bench, server)
  await server.stop()
  return valueRow({ subject: `resident memory at idle, ${name}`, value, show: megabytes, aim: idleAim })
}

async function memory(bench: Bench, databaseUrl: string, people: readonly Person[]): Promise<Row[]> {
  const server = await bench.proxima(databaseUrl)
  const requests = mixed(await meRequests(server.url, people), secretRequests(people))
  const load = { url: server.url, requests, connections: 32 }
  const [few, many] = [bench.pick(100_000, 5_000), bench.pick(1_000_000, 20_000)]
  bench.say(`${few} requests`)
  await sendMany({ ...load, count: few })
  const afterFew = await megabytesAtRest(bench, server)
  bench.say(`${many} requests`)
  await sendMany({ ...load, count: many - few })
  const afterMany = await megabytesAtRest(bench, server)
  return [
    valueRow({
      subject: `resident memory after ${few.toLocaleString('en')} requests`,
      value: afterFew,
      show: megabytes,
    }),
    valueRow({
      subject: `resident memory after ${many.toLocaleString('en')} requests`,
      value: afterMany,
      show: megabytes,
      aim: {
        atMost: 170,
        because:
          'Memory at idle, code that load has compiled, and three semi-spaces of 8 MB for young objects.',
      },
    }),
    valueRow({
      subject: 'growth: the last value ÷ the one before',
      value: afterMany / afterFew,
      show: ratio,
      aim: {
        atMost: 1.1,
        because: 'No request leaves anything behind. The tenth is noise of the collector.',
      },
    }),
  ]
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
