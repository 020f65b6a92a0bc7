import type { TestEngine } from '../../apps/server/tests/support/engines.ts'
import { fill } from '../fill/fill.ts'
import type { Person } from '../fill/people.ts'
import { withDatabase } from '../fill/with-database.ts'
import { openLoop } from '../load/open-loop.ts'
import { isGood, latenciesOf } from '../load/outcome.ts'
import { requestBytes } from '../load/request.ts'
import { accessTokens } from '../load/sign-in.ts'
import { median, percentile } from '../measure/statistics.ts'
import type { Bench } from './bench.ts'
import { type Figure, milliseconds, type Row, valueRow } from './figure.ts'

export const people: Figure = {
  number: 17,
  name: 'people',
  title: 'The search for users, among very many',
  run,
}

/** As many searches as a large team of support makes. */
const perSecond = 20

async function run(bench: Bench): Promise<Row[]> {
  const accounts = bench.pick(10_000_000, 20_000)
  const rows: Row[] = []
  for (const name of ['SQLite', 'PostgreSQL'] as const) {
    const engine = bench.engine(name)
    if (engine !== null) rows.push(...(await onEngine(bench, engine, accounts)))
  }
  return rows
}

async function onEngine(bench: Bench, engine: TestEngine, accounts: number): Promise<Row[]> {
  const databaseUrl = await bench.database(engine)
  const startedAt = performance.now()
  const everyTenth = Math.max(5_000, accounts / 10)
  const sample = await fill({
    databaseUrls: [databaseUrl],
    accounts,
    sample: 400,
    onProgress: (filled) => {
      if (filled % everyTenth === 0) bench.say(`${filled} people on ${engine.name}`)
    },
  })
  bench.say(`filled ${engine.name} in ${Math.round((performance.now() - startedAt) / 1_000)} s`)
  await appoint(databaseUrl, sample)
  const server = await bench.proxima(databaseUrl)
  const [token = ''] = await accessTokens(server.url, secretHolders(sample).slice(0, 1), 1)
  const rows: Row[] = []
  for (const [what, queries] of Object.entries(searches(sample))) {
    const requests = queries.map((query) =>
      requestBytes({
        method: 'GET',
        path: `/v1/users?${query}`,
        headers: { authorization: `Bearer ${token}` },
      }),
    )
    rows.push(await measure(bench, { url: server.url, requests, subject: `${what} on ${engine.name}` }))
  }
  await server.stop()
  return rows
}

/** What people type, and the filters of lists. `%` stands for nothing, as everywhere. */
function searches(sample: readonly Person[]): Record<string, readonly string[]> {
  const some = sample.slice(0, 200)
  const typed = (length: number) =>
    some.map(({ username }) => `q=${encodeURIComponent(username.slice(0, length))}`)
  return {
    'GET /v1/users, a whole username or address': [
      ...some.map(({ username }) => `q=${encodeURIComponent(username)}`),
      ...some.map(({ email }) => `q=${encodeURIComponent(email)}`),
    ],
    'GET /v1/users, the first letters of a name that few or very many have': [
      ...typed(1),
      ...typed(4),
      ...typed(8),
      ...['chlo', 'bjorn', 'e', '0700', '+25470', 'zz'].map((q) => `q=${encodeURIComponent(q)}`),
    ],
    'GET /v1/users, the newest, the oldest and filters': [
      '',
      'sort=created_at',
      'status=active',
      'role=admin',
      'role=user&sort=created_at',
      'status=suspended&q=a',
      'role=admin&q=f',
      'verified=false&q=abara',
      'limit=100&q=horvat&sort=created_at',
    ],
  }
}

interface Load {
  readonly url: string
  readonly requests: readonly Buffer[]
  readonly subject: string
}

async function measure(bench: Bench, { url, requests, subject }: Load): Promise<Row> {
  const load = { url, requests, perSecond, connectionsMax: 50 }
  await openLoop({ ...load, seconds: bench.pick(20, 1) })
  const latencies = latenciesOf(await openLoop({ ...load, seconds: bench.pick(60, 3) }), isGood)
  return valueRow({
    subject: `${subject}, p99`,
    value: percentile(latencies, 0.99),
    show: milliseconds,
    limit: `p50: ${milliseconds(median(latencies))}`,
    aim: {
      atMost: 50,
      because: 'A list that follows the typing of a person must be there before the next letter.',
    },
  })
}

/** Makes an administrator of the first person who signs in with a secret. */
async function appoint(databaseUrl: string, sample: readonly Person[]): Promise<void> {
  const [admin] = secretHolders(sample)
  await withDatabase(databaseUrl, async (db) => {
    const { id } = await db
      .selectFrom('accounts')
      .select('id')
      .where('username', '=', admin?.username ?? '')
      .where('username_canonical', '=', admin?.username.toLowerCase() ?? '')
      .executeTakeFirstOrThrow()
    await db.insertInto('account_roles').values({ account_id: id, role: 'admin' }).execute()
  })
}

function secretHolders(sample: readonly Person[]): readonly Person[] {
  return sample.filter(({ userSecret }) => userSecret !== null)
}
