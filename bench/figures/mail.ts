import { setTimeout as sleep } from 'node:timers/promises'
import { sqlite } from '../../apps/server/tests/support/engines.ts'
import { Connection } from '../load/connection.ts'
import { requestBytes } from '../load/request.ts'
import { type KilledMailServer, startMailServer } from '../servers/mail-server.ts'
import type { Bench } from './bench.ts'
import { count, type Figure, perSecond, type Row, valueRow } from './figure.ts'

export const mail: Figure = {
  number: 13,
  name: 'mail',
  title: 'Mails while the mail server is killed twice',
  run,
}

const connections = 8
const downMs = 3_000
/** A mail that failed is tried again after 30 seconds, and after another 60. */
const retriesMaxMs = 180_000

async function run(bench: Bench): Promise<Row[]> {
  const total = bench.pick(10_000, 200)
  const mailServer = await startMailServer()
  await bench.stopLater(() => mailServer.stop())
  const { url } = await bench.proxima(await bench.database(sqlite), {
    PROXIMA_PRIVACY: 'strict',
    PROXIMA_MAIL_URL: mailServer.url,
  })
  bench.say(`${total} registrations with strict privacy, each of which causes a mail`)
  const startedAt = performance.now()
  await Promise.all([registerAll(url, total), killTwice(bench, mailServer, total)])
  const accepted = await untilAccepted(mailServer, total)
  const seconds = (performance.now() - startedAt) / 1_000
  const delivered = new Set(accepted).size
  return [
    valueRow({
      subject: 'mails that were not delivered',
      value: total - delivered,
      show: count,
      limit: `of ${total}`,
      aim: {
        atMost: 0,
        because: 'A mail is in the outbox, durably, until a mail server has acknowledged it.',
      },
    }),
    valueRow({
      subject: 'mails that were delivered twice or more',
      value: accepted.length - delivered,
      show: count,
      limit: `of ${total}`,
      aim: {
        atMost: 10,
        because:
          'Five mails are sent at a time. A mail server that is killed may have stored each without saying so.',
      },
    }),
    valueRow({
      subject: 'mails, together with the registrations and the waits after each kill',
      value: delivered / seconds,
      show: perSecond,
    }),
  ]
}

async function registerAll(url: string, total: number): Promise<void> {
  let next = 0
  async function registerShare(): Promise<void> {
    const connection = new Connection(url)
    while (next < total) await register(connection, next++)
    connection.close()
  }
  await Promise.all(Array.from({ length: connections }, registerShare))
}

/** A server whose queue of hashes is full refuses the registration, and it is tried again. */
async function register(connection: Connection, index: number): Promise<void> {
  for (;;) {
    const { status } = await connection.send(registration(index))
    if (status === 202) return
    if (status !== 503) throw new Error(`a registration got ${status}`)
    await sleep(500)
  }
}

function registration(index: number): Buffer {
  return requestBytes({
    method: 'POST',
    path: '/v1/auth/register',
    headers: { 'x-forwarded-for': `10.${(index >> 8) & 255}.${index & 255}.1` },
    json: { email: `bench.${index}@example.org`, password: 'eight green bottles stand here' },
  })
}

async function killTwice(bench: Bench, mailServer: KilledMailServer, total: number): Promise<void> {
  for (const part of [1 / 4, 1 / 2]) {
    while ((await mailServer.accepted()).length < total * part) await sleep(20)
    bench.say('killing the mail server')
    await mailServer.killAndRestart(downMs)
  }
}

/** Waits until each was delivered once, and long enough for some to come again. */
async function untilAccepted(mailServer: KilledMailServer, total: number): Promise<string[]> {
  const deadline = performance.now() + retriesMaxMs
  while (performance.now() < deadline && new Set(await mailServer.accepted()).size < total) await sleep(500)
  await sleep(5_000)
  return await mailServer.accepted()
}
