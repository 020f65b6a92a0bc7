import { sqlite } from '../../apps/server/tests/support/engines.ts'
import { closedLoop } from '../load/closed-loop.ts'
import { ratePerSecond } from '../load/outcome.ts'
import { passwordRequests } from '../load/sign-in.ts'
import { interleaved } from '../measure/interleaved.ts'
import { bareHashesPerSecond, hashingConcurrency } from '../servers/bare-hashing.ts'
import type { Bench } from './bench.ts'
import { type Figure, perSecond, type Row, ratioRow } from './figure.ts'

export const login: Figure = {
  number: 1,
  name: 'login',
  title: 'Sign-in by password, at saturation',
  run,
}

/** More than the server hashes at once, but fewer than its queue admits. */
const connections = 16

async function run(bench: Bench): Promise<Row[]> {
  const { url: databaseUrl, people } = await bench.populated(sqlite, 400)
  const { url } = await bench.proxima(databaseUrl)
  const requests = passwordRequests(people)
  const seconds = bench.pick(8, 2)
  const comparison = await interleaved(
    bench.pick(3, 2),
    async () => ratePerSecond(await closedLoop({ url, requests, connections, warmUpSeconds: 1, seconds })),
    () => bareHashesPerSecond(seconds),
  )
  const limit = `argon2id alone, ${hashingConcurrency} at once`
  return [
    ratioRow({ subject: 'POST /v1/auth/login on SQLite', limit, comparison, show: perSecond, atLeast: 0.9 }),
  ]
}
