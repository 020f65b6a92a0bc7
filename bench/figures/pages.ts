import { sqlite } from '../../apps/server/tests/support/engines.ts'
import { closedLoop } from '../load/closed-loop.ts'
import { isGood, latenciesOf } from '../load/outcome.ts'
import { requestBytes } from '../load/request.ts'
import { formSignIns, passwordRequests } from '../load/sign-in.ts'
import { interleaved } from '../measure/interleaved.ts'
import { median } from '../measure/statistics.ts'
import type { ServerProcess } from '../servers/server-process.ts'
import type { Bench } from './bench.ts'
import { type Figure, milliseconds, type Row, ratioRow, throughputRow } from './figure.ts'

export const pages: Figure = { number: 23, name: 'pages', title: 'The hosted pages', run }

async function run(bench: Bench): Promise<Row[]> {
  return [await firstByte(bench), await signIns(bench)]
}

/** One reader at a time. The page fits into one packet, so its first byte and its last arrive together. */
async function firstByte(bench: Bench): Promise<Row> {
  bench.say('the sign-in page')
  const proxima = await bench.proxima(await bench.database(sqlite), { PROXIMA_LIMITS: 'off' })
  const page = await (await fetch(`${proxima.url}/sign-in`)).text()
  const bare = await bench.bareRoute({ page })
  const latency = async ({ url }: ServerProcess, path: string) => {
    const requests = [requestBytes({ method: 'GET', path })]
    const load = { url, requests, connections: 1, warmUpSeconds: 0.5, seconds: bench.pick(3, 1) }
    return median(latenciesOf(await closedLoop(load), isGood))
  }
  return ratioRow({
    subject: 'GET /sign-in',
    limit: 'a route of Fastify that sends the same bytes',
    comparison: await interleaved(
      bench.pick(5, 2),
      () => latency(proxima, '/sign-in'),
      () => latency(bare, '/page'),
    ),
    show: milliseconds,
    aim: { atMost: 1.5, because: 'A page is some templates filled in, and asks no database.' },
  })
}

async function signIns(bench: Bench): Promise<Row> {
  bench.say('sign-ins by page')
  const { url, people } = await bench.populated(sqlite, 400)
  const settings = { PROXIMA_LIMITS: 'off', PROXIMA_PASSWORD_QUEUE_WAIT_MS: '30000' }
  const server = await bench.proxima(url, settings)
  return throughputRow({
    subject: 'POST /sign-in',
    limit: 'POST /v1/auth/login',
    comparison: await bench.compareThroughput(
      { server, requests: formSignIns(people, server.url), status: 303 },
      { server, requests: passwordRequests(people) },
    ),
    aim: { atLeast: 0.9, because: 'Both do the same work; only the form and the answer differ.' },
  })
}
