import { sqlite, type TestEngine } from '../../apps/server/tests/support/engines.ts'
import { Connection, jsonOf } from '../load/connection.ts'
import { requestBytes } from '../load/request.ts'
import { meRequests } from '../load/sign-in.ts'
import type { ServerProcess } from '../servers/server-process.ts'
import type { Bench } from './bench.ts'
import { type Figure, type Row, throughputRow } from './figure.ts'

export const me: Figure = {
  number: 3,
  name: 'me',
  title: 'The caller, by access token, at saturation',
  run,
}

async function run(bench: Bench): Promise<Row[]> {
  const rows = [await onSqlite(bench)]
  const postgres = bench.engine('PostgreSQL')
  if (postgres !== null) rows.push(await onPostgres(bench, postgres))
  return rows
}

async function onSqlite(bench: Bench): Promise<Row> {
  const subject = await start(bench, sqlite)
  const bare = await bench.bareRoute({ json: subject.answer })
  const comparison = await compareWith(bench, subject, bare, '/json')
  return throughputRow({
    subject: 'GET /v1/me on SQLite',
    limit: 'Fastify and the same JSON',
    comparison,
    atLeast: 0.6,
  })
}

async function onPostgres(bench: Bench, postgres: TestEngine): Promise<Row> {
  const subject = await start(bench, postgres)
  const bare = await bench.bareRoute({ postgresUrl: subject.databaseUrl, accountId: subject.answer.id })
  const comparison = await compareWith(bench, subject, bare, '/row')
  return throughputRow({
    subject: 'GET /v1/me on PostgreSQL',
    limit: 'Fastify and one select by primary key',
    comparison,
    atLeast: 0.8,
  })
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
