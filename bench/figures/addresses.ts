import { sqlite } from '../../apps/server/tests/support/engines.ts'
import { Connection } from '../load/connection.ts'
import { requestBytes } from '../load/request.ts'
import { canReadUsage } from '../measure/process-usage.ts'
import type { ServerProcess } from '../servers/server-process.ts'
import type { Bench } from './bench.ts'
import { count, type Figure, megabytes, type Row, valueRow } from './figure.ts'
import { megabytesAtRest } from './start.ts'

export const addresses: Figure = {
  number: 12,
  name: 'addresses',
  title: 'The memory of the limits, if every request comes from another address',
  run,
}

const connections = 32
/** Few enough for the counters of each to stay in memory, and many enough for none to be refused. */
const knownAddresses = 1_000

/**
 * A refresh with a token that does not exist. It is counted for five minutes, which is longer than the requests take,
 * and it needs no query, so that little else grows.
 */
function requestFrom(address: string): Buffer {
  const headers = { 'x-forwarded-for': address }
  return requestBytes({ method: 'POST', path: '/v1/auth/refresh', headers, json: { refresh_token: 'x' } })
}

/** Each has a network of its own: an attacker can announce an IPv6 /32, which has 65,536 networks of /48. */
function addressOf(index: number): string {
  return `2001:${(0x1000 + (index >> 16)).toString(16)}:${(index & 0xffff).toString(16)}::1`
}

async function run(bench: Bench): Promise<Row[]> {
  if (!canReadUsage) return []
  const total = bench.pick(300_000, 20_000)
  const { url: databaseUrl } = await bench.populated(sqlite, 100)
  const server = await bench.proxima(databaseUrl, { PROXIMA_LIMITS: 'on' })
  bench.say(`${total} requests from ${knownAddresses} addresses, and as many from an address each`)
  await send(server, total, (index) => addressOf(index % knownAddresses))
  const before = await megabytesAtRest(bench, server)
  const refused = await send(server, total, (index) => addressOf(knownAddresses + index))
  const after = await megabytesAtRest(bench, server)
  return [
    valueRow({
      subject: `growth of the memory by ${total.toLocaleString('en')} unknown addresses`,
      value: after - before,
      show: megabytes,
      limit: `${megabytes(before)} after as many requests from ${knownAddresses.toLocaleString('en')} addresses`,
      aim: {
        atMost: 20,
        because:
          'Each limit has room for 30,000 clients, some 5 MB. Here two limits count, by client and by network.',
      },
    }),
    valueRow({
      subject: 'of these requests, refused because many addresses share a counter',
      value: refused,
      show: count,
      limit: `of ${total}`,
    }),
  ]
}

/** @returns how many requests were over a limit */
async function send(
  { url }: ServerProcess,
  total: number,
  addressFor: (index: number) => string,
): Promise<number> {
  let next = 0
  let refused = 0
  async function sendShare(): Promise<void> {
    const connection = new Connection(url)
    while (next < total) {
      const { status } = await connection.send(requestFrom(addressFor(next++)))
      if (status === 429) refused += 1
      else if (status !== 401) throw new Error(`a refresh token that does not exist got ${status}`)
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: connections }, sendShare))
  return refused
}
