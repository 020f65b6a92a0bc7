import { sqlite } from '../../apps/server/tests/support/engines.ts'
import { closedLoop } from '../load/closed-loop.ts'
import { ratePerSecond } from '../load/outcome.ts'
import { passwordRequests } from '../load/sign-in.ts'
import { interleaved } from '../measure/interleaved.ts'
import { bareHashesPerSecond, hashingConcurrency } from '../servers/bare-hashing.ts'
import type { Bench } from './bench.ts'
import { type Aim, type Figure, perSecond, type Row, ratioRow } from './figure.ts'

export const login: Figure = {
  number: 1,
  name: 'login',
  title: 'Sign-in by password, at saturation',
  run,
}

/** More than the server hashes at once, but fewer than its queue admits. */
const connections = 16

/** Production has limits, so their figure is the one that counts. The difference is what the limits cost. */
const limitSettings = ['on', 'off'] as const

const aim: Aim = {
  atLeast: 0.85,
  because: 'All other work of a sign-in may take a sixth of the time of its hash, on the same cores.',
}

async function run(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const limits of limitSettings) rows.push(await withLimits(bench, limits))
  return rows
}

async function withLimits(bench: Bench, limits: (typeof limitSettings)[number]): Promise<Row> {
  bench.say(`limits ${limits}`)
  const { url: databaseUrl, people } = await bench.populated(sqlite, 400)
  // No one is refused, even on a busy machine: this figure is not about the queue.
  const settings = { PROXIMA_LIMITS: limits, PROXIMA_PASSWORD_QUEUE_WAIT_MS: '30000' }
  const server = await bench.proxima(databaseUrl, settings)
  const { url } = server
  const requests = passwordRequests(people)
  const seconds = bench.pick(8, 2)
  const comparison = await interleaved(
    bench.pick(3, 2),
    async () => ratePerSecond(await closedLoop({ url, requests, connections, warmUpSeconds: 1, seconds })),
    () => bareHashesPerSecond(seconds),
  )
  await server.stop()
  return ratioRow({
    subject: `POST /v1/auth/login on SQLite, limits ${limits}`,
    limit: `argon2id alone, ${hashingConcurrency} at once`,
    comparison,
    show: perSecond,
    aim,
  })
}
