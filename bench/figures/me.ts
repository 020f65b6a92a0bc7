import { sqlite, type TestEngine } from '../../apps/server/tests/support/engines.ts'
import { Connection, jsonOf } from '../load/connection.ts'
import { requestBytes } from '../load/request.ts'
import { meRequests } from '../load/sign-in.ts'
import type { ServerProcess } from '../servers/server-process.ts'
import type { Bench } from './bench.ts'
import { type Aim, type Figure, type Row, throughputRow } from './figure.ts'

export const me: Figure = {
  number: 3,
  name: 'me',
  title: 'The caller, by access token, at saturation',
  run,
}

const aims: Readonly<Record<TestEngine['name'], Aim>> = {
  SQLite: {
    atLeast: 0.33,
    because:
      'The limit answers with a constant. The query that makes a revocation effective at once costs as much again, and so does everything that a bare route leaves out.',
  },
  PostgreSQL: {
    atLeast: 0.95,
    because:
      'Look-ups that arrive together share a round trip. This pays for all that a bare route leaves out.',
  },
  MariaDB: {
    atLeast: 0.9,
    because:
      'As on PostgreSQL, but a statement with a list of ids has a fixed number of places, some of them empty.',
  },
}

async function run(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const engine of bench.engines) rows.push(await onEngine(bench, engine))
  return rows
}

async function onEngine(bench: Bench, engine: TestEngine): Promise<Row> {
  const subject = await start(bench, engine)
  const { bare, path, limit } = await limitOf(bench, engine, subject)
  const comparison = await compareWith(bench, subject, bare, path)
  await Promise.all([subject.server.stop(), bare.stop()])
  return throughputRow({
    subject: `GET /v1/me on ${engine.name}`,
    limit,
    comparison,
    aim: aims[engine.name],
  })
}

/** On a server of its own, the database must be asked. In the process of the server, asking is not much work. */
async function limitOf(bench: Bench, engine: TestEngine, { answer, databaseUrl }: Subject) {
  if (engine === sqlite) {
    const bare = await bench.bareRoute({ json: answer })
    return { bare, path: '/json', limit: 'Fastify and the same JSON' }
  }
  const bare = await bench.bareRoute({ accountsUrl: databaseUrl, accountId: answer.id })
  return { bare, path: '/row', limit: 'Fastify and one select by primary key' }
}

interface Subject {
  readonly server: ServerProcess
  readonly databaseUrl: string
  readonly requests: readonly Buffer[]
  /** The answer to one of the callers. */
  readonly answer: { readonly id: string }
}

async function start(bench: Bench, engine: TestEngine): Promise<Subject> {
  bench.say(`/v1/me on ${engine.name}`)
  const { url: databaseUrl, people } = await bench.populated(engine, 1_000)
  const server = await bench.proxima(databaseUrl)
  const requests = await meRequests(server.url, people)
  const [request] = requests
  if (request === undefined) throw new Error('No account has a secret.')
  const connection = new Connection(server.url)
  const answer = jsonOf(await connection.send(request)) as { id: string }
  connection.close()
  return { server, databaseUrl, requests, answer }
}

function compareWith(bench: Bench, subject: Subject, bare: ServerProcess, path: string) {
  // As long as a token, so that both servers read equally long requests.
  const headers = { authorization: `Bearer ${'x'.repeat(500)}` }
  const requests = [requestBytes({ method: 'GET', path, headers })]
  return bench.compareThroughput(subject, { server: bare, requests })
}
