import { hash } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { PublicUrl } from '../../apps/server/src/app/public-url.ts'
import { wire } from '../../apps/server/src/app/wire.ts'
import { loadConfig } from '../../apps/server/src/platform/config/load-config.ts'
import { systemClock } from '../../apps/server/src/platform/kernel/clock.ts'
import type { TestEngine } from '../../apps/server/tests/support/engines.ts'
import { addEvents, requestIdOf } from '../fill/events.ts'
import type { Person } from '../fill/people.ts'
import { withDatabase } from '../fill/with-database.ts'
import { closedLoop } from '../load/closed-loop.ts'
import { isGood, latenciesOf, ratePerSecond } from '../load/outcome.ts'
import { requestBytes } from '../load/request.ts'
import { accessTokens, passwordRequests } from '../load/sign-in.ts'
import { interleaved } from '../measure/interleaved.ts'
import { percentile } from '../measure/statistics.ts'
import { benchSecret } from '../servers/proxima.ts'
import type { Bench } from './bench.ts'
import { type Figure, milliseconds, perSecond, type Row, ratioRow, valueRow } from './figure.ts'

export const audit: Figure = {
  number: 15,
  name: 'audit',
  title: 'The audit trail: its chain, its verification and its list',
  run,
}

const unsealed = fileURLToPath(new URL('../servers/unsealed-program.ts', import.meta.url))
/** As in `login`. */
const connections = 16

async function run(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const engine of bench.engines) {
    bench.say(`on ${engine.name}`)
    rows.push(await signIns(bench, engine), await verification(bench, engine), await list(bench, engine))
  }
  return rows
}

/** Both sides write the same events. Only one of them seals them, and makes checkpoints. */
async function signIns(bench: Bench, engine: TestEngine): Promise<Row> {
  const settings = { PROXIMA_LIMITS: 'on', PROXIMA_PASSWORD_QUEUE_WAIT_MS: '30000' }
  const seconds = bench.pick(8, 2)
  const side = async (program?: string) => {
    const { url: databaseUrl, people } = await bench.populated(engine, 400)
    const server = await bench.proxima(databaseUrl, settings, program)
    const load = {
      url: server.url,
      requests: passwordRequests(people),
      connections,
      warmUpSeconds: 1,
      seconds,
    }
    return { server, measure: async () => ratePerSecond(await closedLoop(load)) }
  }
  const [on, off] = [await side(), await side(unsealed)]
  const comparison = await interleaved(bench.pick(5, 2), on.measure, off.measure)
  await Promise.all([on.server.stop(), off.server.stop()])
  return ratioRow({
    subject: `POST /v1/auth/login on ${engine.name}, with the chain`,
    limit: 'events recorded and not sealed',
    comparison,
    show: perSecond,
    aim: { atLeast: 0.97, because: 'Sealing is done for many events together, and no sign-in waits for it.' },
  })
}

/** Also reads the events from the database, which the limit does not. */
async function verification(bench: Bench, engine: TestEngine): Promise<Row> {
  const { url } = await bench.populated(engine, bench.pick(100_000, 5_000))
  return await withDatabase(url, async (db) => {
    const publicUrl = new PublicUrl('http://127.0.0.1')
    const config = loadConfig({})
    const services = wire({
      config,
      masterSecret: benchSecret,
      db,
      redis: null,
      clock: systemClock,
      publicUrl,
    })
    await services.sealing.seal()
    const keys = await services.keys.ownPublicKeys()
    const stored = await db.selectFrom('audit_events').selectAll().execute()
    const bytes = stored.map((row) => Buffer.from(JSON.stringify(row)))
    const eventsPerSecond = async (verify: () => Promise<void>) => {
      const startedAt = performance.now()
      await verify()
      return (bytes.length * 1_000) / (performance.now() - startedAt)
    }
    const verifyAll = async () => {
      const checkpoints = (async function* () {})()
      const changed: unknown[] = []
      await services.trailVerification.verify({ keys, checkpoints }, (found) => changed.push(found))
      if (changed.length > 0) throw new Error('the trail was not changed, and something was found')
    }
    const hashAll = async () => bytes.forEach((row) => void hash('sha256', row, 'buffer'))
    const comparison = await interleaved(
      bench.pick(5, 2),
      () => eventsPerSecond(verifyAll),
      () => eventsPerSecond(hashAll),
    )
    return ratioRow({
      subject: `events that are verified on ${engine.name}`,
      limit: 'SHA-256 alone over the same rows',
      comparison,
      show: perSecond,
    })
  })
}

async function list(bench: Bench, engine: TestEngine): Promise<Row> {
  // MariaDB writes ten indexes of ten million rows for longer than all other figures take.
  const events = engine.name === 'MariaDB' ? bench.pick(1_000_000, 50_000) : bench.pick(10_000_000, 100_000)
  const accounts = 1_000
  const { url: databaseUrl, people } = await bench.populated(engine, accounts)
  await addEvents(databaseUrl, { accounts, events })
  const administrator = people.find(({ userSecret }) => userSecret !== null)
  if (administrator === undefined) throw new Error('half of the people have a secret')
  const server = await bench.proxima(databaseUrl)
  const accountIds = await makeAdministrator(databaseUrl, administrator)
  const [token = ''] = await accessTokens(server.url, [administrator], 1)
  const requests = queries(accountIds, events).map((query) =>
    requestBytes({
      method: 'GET',
      path: `/v1/audit-events?${query}`,
      headers: { authorization: `Bearer ${token}` },
    }),
  )
  const load = { url: server.url, requests, connections: 1, warmUpSeconds: 1, seconds: bench.pick(10, 2) }
  const value = percentile(latenciesOf(await closedLoop(load), isGood), 0.99)
  await server.stop()
  return valueRow({
    subject: `GET /v1/audit-events on ${engine.name} among ${events.toLocaleString('en')}, each filter, p99`,
    value,
    show: milliseconds,
    aim: { atMost: 50, because: 'A page is read from one index, in order.' },
  })
}

/** @returns the ids of all accounts */
async function makeAdministrator(databaseUrl: string, { username }: Person): Promise<string[]> {
  return await withDatabase(databaseUrl, async (db) => {
    const rows = await db.selectFrom('accounts').select(['id', 'username']).execute()
    const own = rows.filter((row) => row.username === username)
    await db
      .insertInto('account_roles')
      .values(own.map(({ id }) => ({ account_id: id, role: 'admin' })))
      .execute()
    return rows.map(({ id }) => id)
  })
}

/** Every filter alone, and those that people use together. */
function queries(accountIds: readonly string[], events: number): string[] {
  return Array.from({ length: 100 }, (_, index) => {
    const id = accountIds[(index * 7) % accountIds.length] ?? ''
    const from = new Date(Date.now() - (index + 1) * 86_400_000).toISOString()
    const address = `10.${index % 200}.${index % 199}.${index % 197}`
    return [
      'limit=50',
      `account_id=${id}`,
      `actor_id=${id}&outcome=failure`,
      `account_id=${id}&action=session_end&to=${from}`,
      'action=sign_in&outcome=failure',
      'outcome=failure',
      `action=session_end&from=${from}`,
      `ip_address=${address}`,
      `request_id=${requestIdOf(1 + ((index * 7_919) % events))}`,
      `to=${from}`,
    ]
  }).flat()
}
