import type { TestEngine } from '../../apps/server/tests/support/engines.ts'
import { type Conversation, sendMany } from '../load/closed-loop.ts'
import { requestBytes } from '../load/request.ts'
import { accessTokens } from '../load/sign-in.ts'
import type { Bench } from './bench.ts'
import { type Aim, type Figure, type Row, throughputRow } from './figure.ts'

export const codes: Figure = {
  number: 14,
  name: 'codes',
  title: 'Checking a code that was sent by mail, at saturation',
  run,
}

/** No more wrong codes in a row are free. */
const freeTries = 5

const aim: Aim = {
  atLeast: 0.5,
  because: 'Two durable writes: the try is counted before the verdict, and the refusal is recorded after it.',
}

async function run(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const engine of bench.engines) {
    bench.say(`codes on ${engine.name}`)
    rows.push(await onEngine(bench, engine))
  }
  return rows
}

async function onEngine(bench: Bench, engine: TestEngine): Promise<Row> {
  const holders = bench.pick(8_000, 1_000)
  const { url: databaseUrl, people } = await bench.populated(engine, 2 * holders)
  // With limits, because they count the tries.
  const settings = { PROXIMA_LIMITS: 'on', PROXIMA_MAIL_PER_HOUR: '1000000' }
  const server = await bench.proxima(databaseUrl, settings)
  const bare = await bench.bareRoute({ databaseUrl: await bench.database(engine) })
  const tokens = await accessTokens(server.url, people, holders)
  await sendMany({
    url: server.url,
    requests: tokens.map((token, index) => post('/v1/me/verification', token, index, {})),
    connections: 8,
    count: holders,
    status: 202,
  })
  const comparison = await bench.compareThroughput(
    { server, requests: wrongCodes(tokens), status: 422 },
    {
      server: bare,
      requests: [requestBytes({ method: 'POST', path: '/durable', json: { code: '000000' } })],
    },
  )
  await Promise.all([server.stop(), bare.stop()])
  return throughputRow({
    subject: `POST /v1/me/verification/confirm with a wrong code on ${engine.name}, limits on`,
    limit: 'Fastify and one durable update',
    comparison,
    aim,
  })
}

/** Each holder tries as often as is free, and everyone else tries before they try again. */
function wrongCodes(tokens: readonly string[]): Conversation {
  let next = 0
  return {
    next: () => {
      const index = next++
      const token = tokens[index % tokens.length]
      if (token === undefined || index >= tokens.length * freeTries)
        throw new Error('every holder has used the tries that are free')
      return post('/v1/me/verification/confirm', token, index % tokens.length, { code: '000000' })
    },
    answered: () => undefined,
  }
}

function post(path: string, token: string, index: number, body: object): Buffer {
  return requestBytes({
    method: 'POST',
    path,
    headers: { authorization: `Bearer ${token}`, 'x-forwarded-for': `10.${index >> 8}.${index & 255}.1` },
    json: { channel: 'email', ...body },
  })
}
