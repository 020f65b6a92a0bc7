import { sqlite, type TestEngine } from '../../apps/server/tests/support/engines.ts'
import { Connection } from '../load/connection.ts'
import { requestBytes } from '../load/request.ts'
import { meRequests, secretRequests } from '../load/sign-in.ts'
import { betterAuth, installPeers, oidcProvider, peerVersion } from '../servers/peers.ts'
import type { Bench } from './bench.ts'
import { type Figure, type Row, throughputRow } from './figure.ts'

export const peers: Figure = {
  number: 7,
  name: 'peers',
  title: 'Compared with other programs',
  run,
}

const people = 1_000
const callers = 100

async function run(bench: Bench): Promise<Row[]> {
  bench.say('installing the peers')
  await installPeers()
  const rows: Row[] = []
  // The peers have no MariaDB here.
  const compared = bench.engines.filter(({ name }) => name !== 'MariaDB')
  for (const engine of compared) rows.push(await session(bench, engine))
  for (const engine of compared) rows.push(...(await tokens(bench, engine)))
  return rows
}

/** Reads the caller: Proxima by access token, Better Auth by session cookie. Both ask their database each time. */
async function session(bench: Bench, engine: TestEngine): Promise<Row> {
  bench.say(`the caller of a request, on ${engine.name}`)
  const populated = await bench.populated(engine, people)
  const proxima = await bench.proxima(populated.url)
  const peer = await bench.server(betterAuth(engine === sqlite ? null : await bench.database(engine)))
  const comparison = await bench.compareThroughput(
    { server: proxima, requests: await meRequests(proxima.url, populated.people, { count: callers }) },
    { server: peer, requests: await sessionRequests(peer.url) },
  )
  return throughputRow({
    subject: `GET /v1/me on ${engine.name}`,
    limit: `get-session of ${peerVersion('better-auth')}`,
    comparison,
    aim: {
      atLeast: 12,
      because:
        'Better Auth makes two statements for each call, through an ORM and a web framework of its own: twelve times what a call of Proxima costs when this aim was set.',
    },
  })
}

async function sessionRequests(url: string): Promise<Buffer[]> {
  const connection = new Connection(url)
  const requests: Buffer[] = []
  for (let index = 0; index < callers; index++) {
    const json = {
      name: 'Bench',
      email: `bench.${index}@example.org`,
      password: 'correct horse battery staple',
    }
    const path = '/api/auth/sign-up/email'
    const answer = await connection.send(
      requestBytes({ method: 'POST', path, headers: { origin: url }, json }),
    )
    const cookie = /^set-cookie: ([^;]+)/im.exec(answer.bytes.toString())?.[1]
    if (cookie === undefined) throw new Error(`no session: ${answer.bytes.toString()}`)
    requests.push(requestBytes({ method: 'GET', path: '/api/auth/get-session', headers: { cookie } }))
  }
  connection.close()
  return requests
}

/** Issues tokens. Proxima stores a session and an audit event, and its peer the token if that is opaque. */
async function tokens(bench: Bench, engine: TestEngine): Promise<Row[]> {
  bench.say(`token issue on ${engine.name}`)
  const populated = await bench.populated(engine, people)
  const proxima = await bench.proxima(populated.url)
  const peer = await bench.server(oidcProvider(engine === sqlite ? null : await bench.database(engine)))
  const version = peerVersion('oidc-provider')
  const kinds = [
    { limit: `opaque token of ${version}, stored as durably`, form: {} },
    { limit: `ES256 token of ${version}, which stores nothing`, form: { resource: 'urn:bench' } },
  ]
  const rows: Row[] = []
  for (const { limit, form } of kinds) {
    const comparison = await bench.compareThroughput(
      { server: proxima, requests: secretRequests(populated.people) },
      { server: peer, requests: [clientCredentials(form)] },
    )
    rows.push(throughputRow({ subject: `POST /v1/auth/token on ${engine.name}`, limit, comparison }))
  }
  await Promise.all([proxima.stop(), peer.stop()])
  return rows
}

function clientCredentials(form: Readonly<Record<string, string>>): Buffer {
  const authorization = `Basic ${Buffer.from('bench:bench-secret').toString('base64')}`
  const fields = { grant_type: 'client_credentials', ...form }
  return requestBytes({ method: 'POST', path: '/token', headers: { authorization }, form: fields })
}
