import { setTimeout as sleep } from 'node:timers/promises'
import { sqlite, type TestEngine } from '../../apps/server/tests/support/engines.ts'
import { Guard } from '../../packages/guard/src/guard.ts'
import { RevocationFeed } from '../../packages/guard/src/revocations/feed.ts'
import { KnownRevocations } from '../../packages/guard/src/revocations/known-revocations.ts'
import { requestBytes } from '../load/request.ts'
import { revocationDelaysMs } from '../load/revocation-delays.ts'
import { accessTokens } from '../load/sign-in.ts'
import { interleaved } from '../measure/interleaved.ts'
import { fillRevocations, lookupNanoseconds } from '../measure/known-revocations.ts'
import { canReadUsage, cpuSeconds } from '../measure/process-usage.ts'
import { percentile } from '../measure/statistics.ts'
import { guardedService } from '../servers/guarded-service.ts'
import { makeIntrospectionKey } from '../servers/introspection-key.ts'
import type { ServerProcess } from '../servers/server-process.ts'
import type { Bench } from './bench.ts'
import {
  type Figure,
  megabytes,
  milliseconds,
  type Row,
  ratioRow,
  throughputRow,
  valueRow,
} from './figure.ts'

export const guard: Figure = {
  number: 22,
  name: 'guard',
  title: 'The guard of another service',
  run,
}

async function run(bench: Bench): Promise<Row[]> {
  const rows = await throughput(bench)
  for (const engine of bench.engines) rows.push(...(await delays(bench, engine)))
  return [...rows, ...(await memory(bench)), ...(await manyGuards(bench))]
}

interface Issuer {
  readonly server: ServerProcess
  readonly databaseUrl: string
  readonly apiKey: string
  readonly tokens: readonly string[]
}

/** A server with people who have signed in, and a key with which a guard follows it. */
async function startIssuer(bench: Bench, engine: TestEngine, count: number, settings = {}): Promise<Issuer> {
  // Every second person has a secret. One more is the administrator.
  const { url: databaseUrl, people } = await bench.populated(engine, 2 * count + 2)
  const server = await bench.proxima(databaseUrl, settings)
  const [admin, ...others] = people.filter(({ userSecret }) => userSecret !== null)
  if (admin === undefined) throw new Error('no one has a secret')
  const apiKey = await makeIntrospectionKey(server.url, databaseUrl, admin)
  return { server, databaseUrl, apiKey, tokens: await accessTokens(server.url, others, count) }
}

/** With tokens that the guard has seen before. */
async function throughput(bench: Bench): Promise<Row[]> {
  bench.say('a guarded route')
  const { server: issuer, apiKey, tokens } = await startIssuer(bench, sqlite, 100)
  const requests = tokens.map((token) =>
    requestBytes({ method: 'GET', path: '/json', headers: { authorization: `Bearer ${token}` } }),
  )
  const start = async (kind: Parameters<typeof guardedService>[0]['kind']) => ({
    server: await bench.server(guardedService({ kind, issuer: issuer.url, apiKey })),
    requests,
  })
  const [bare, onFastify] = [await start('fastify'), await start('fastify-guard')]
  const [peer, onExpress] = [await start('express-peer'), await start('express-guard')]
  const fastifyRow = throughputRow({
    subject: 'a route of Fastify behind the guard',
    limit: 'the route alone',
    comparison: await bench.compareThroughput(onFastify, bare),
    aim: {
      atLeast: 0.85,
      because: 'A known token is looked up in a map, and compared with the clock and the revocations.',
    },
  })
  const expressRow = throughputRow({
    subject: 'a route of Express behind the guard',
    limit: 'behind express-oauth2-jwt-bearer',
    comparison: await bench.compareThroughput(onExpress, peer),
    aim: { atLeast: 1, because: 'The other verifies the signature of each request.' },
  })
  await Promise.all(
    [issuer, bare.server, onFastify.server, peer.server, onExpress.server].map((each) => each.stop()),
  )
  return [fastifyRow, expressRow]
}

const publicUrl = 'https://accounts.bench.test'

/** From the answer to a sign-out until a guard that verifies tokens itself refuses the token. */
async function delays(bench: Bench, engine: TestEngine): Promise<Row[]> {
  const count = bench.pick(1_000, 50)
  const rows: Row[] = []
  for (const servers of [1, 2]) {
    bench.say(`${count} revocations on ${engine.name}, servers: ${servers}`)
    const settings = { PROXIMA_PUBLIC_URL: publicUrl }
    const { server, databaseUrl, apiKey, tokens } = await startIssuer(bench, engine, count, settings)
    const followed = servers === 1 ? server : await bench.proxima(databaseUrl, settings)
    const logger = { warn: (message: string) => bench.say(message) }
    const follower = new Guard({ issuer: publicUrl, serverUrl: followed.url, apiKey, logger })
    const all = await revocationDelaysMs({ url: server.url, guard: follower, tokens, perSecond: 50 })
    await follower.close()
    await Promise.all([...new Set([server, followed])].map((each) => each.stop()))
    const subject = `until a guard refuses, on ${engine.name} with ${servers === 1 ? 'one server' : 'two servers'}`
    const aim = { atMost: 1_000, because: 'A server looks for revocations of others every 250 ms.' }
    for (const [name, share] of [
      ['p50', 0.5],
      ['p99', 0.99],
    ] as const)
      rows.push(
        valueRow({ subject: `${subject}, ${name}`, value: percentile(all, share), show: milliseconds }),
      )
    rows.push(valueRow({ subject: `${subject}, max`, value: Math.max(...all), show: milliseconds, aim }))
  }
  return rows
}

async function memory(bench: Bench): Promise<Row[]> {
  const [many, few] = [bench.pick(1_000_000, 100_000), 1_000]
  bench.say(`${many} live revocations`)
  const filled = { many: await fillRevocations(many), few: await fillRevocations(few) }
  const lookups = bench.pick(2_000_000, 200_000)
  const nanoseconds = (value: number) => `${value.toFixed(0)} ns`
  const comparison = await interleaved(
    bench.pick(5, 2),
    async () => lookupNanoseconds(filled.many, many, lookups),
    async () => lookupNanoseconds(filled.few, few, lookups),
  )
  return [
    valueRow({
      subject: `memory of a guard for ${many.toLocaleString('en')} sessions that have ended`,
      value: filled.many.megabytes,
      show: megabytes,
      aim: { atMost: 60, because: 'Each is six numbers of four bytes, in a table that is half full.' },
    }),
    ratioRow({
      subject: `one look-up among ${many.toLocaleString('en')}`,
      limit: `among ${few.toLocaleString('en')}`,
      comparison,
      show: nanoseconds,
    }),
  ]
}

/** What a server does for a thousand guards: without revocations, and with ten a second. */
async function manyGuards(bench: Bench): Promise<Row[]> {
  if (!canReadUsage) return []
  const guards = bench.pick(1_000, 100)
  const seconds = bench.pick(30, 5)
  const revocationsPerSecond = 10
  bench.say(`${guards} guards on one feed`)
  const { server, apiKey, tokens } = await startIssuer(bench, sqlite, revocationsPerSecond * seconds)
  const feeds = Array.from({ length: guards }, () => newFeed(server.url, apiKey))
  // In groups, because a thousand connections at once are refused by the system, not by the server.
  for (let start = 0; start < guards; start += 100)
    await Promise.all(feeds.slice(start, start + 100).map((feed) => feed.ready()))
  if (!feeds.every((feed) => feed.isCurrent())) throw new Error('some guards hear nothing')
  const share = async (work: Promise<unknown>) => {
    const before = cpuSeconds(server.pid)
    await work
    return (100 * (cpuSeconds(server.pid) - before)) / seconds
  }
  const quiet = await share(sleep(seconds * 1_000))
  const watcher = new Guard({ issuer: server.url, apiKey, logger: { warn: (message) => bench.say(message) } })
  const busy = await share(
    revocationDelaysMs({ url: server.url, guard: watcher, tokens, perSecond: revocationsPerSecond }),
  )
  await Promise.all([...feeds, watcher].map((each) => each.close()))
  const percent = (value: number) => `${value.toFixed(1)} % of a core`
  const subject = `the server for ${guards.toLocaleString('en')} guards`
  return [
    valueRow({ subject: `${subject}, heartbeats only`, value: quiet, show: percent }),
    valueRow({
      subject: `${subject}, ${revocationsPerSecond} sign-outs per second`,
      value: busy,
      show: percent,
    }),
  ]
}

function newFeed(serverUrl: string, apiKey: string): RevocationFeed {
  return new RevocationFeed({
    serverUrl,
    apiKey,
    known: new KnownRevocations(),
    failMode: 'closed',
    failAfterMs: 60_000,
    logger: { warn: () => undefined },
    fetch,
    now: () => performance.now(),
    wallClock: Date.now,
  })
}
