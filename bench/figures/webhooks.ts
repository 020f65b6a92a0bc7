import { setTimeout as sleep } from 'node:timers/promises'
import type { Services } from '../../apps/server/src/app/wire.ts'
import { eventTypes } from '../../apps/server/src/features/integration/webhooks/events/model.ts'
import { inTransaction } from '../../apps/server/src/platform/database/transactions.ts'
import type { WebhookId } from '../../apps/server/src/platform/kernel/ids.ts'
import { noRequest } from '../../apps/server/src/platform/kernel/request-context.ts'
import type { TestEngine } from '../../apps/server/tests/support/engines.ts'
import { sendMany } from '../load/closed-loop.ts'
import { openLoop } from '../load/open-loop.ts'
import { secretRequests } from '../load/sign-in.ts'
import { percentile } from '../measure/statistics.ts'
import { startReceiver, type TimedReceiver } from '../servers/receiver.ts'
import { withServices } from '../servers/services.ts'
import type { Bench } from './bench.ts'
import { type Figure, milliseconds, perSecond, type Row, valueRow } from './figure.ts'

export const webhooks: Figure = {
  number: 16,
  name: 'webhooks',
  title: 'Events to another service',
  run,
}

const signInsPerSecond = 50
const connections = 16

async function run(bench: Bench): Promise<Row[]> {
  const rows: Row[] = []
  for (const engine of bench.engines) {
    bench.say(`events on ${engine.name}`)
    rows.push(...(await onEngine(bench, engine)))
  }
  return rows
}

async function onEngine(bench: Bench, engine: TestEngine): Promise<Row[]> {
  const { url: databaseUrl, people } = await bench.populated(engine, 1_000)
  const receiver = await startReceiver()
  await bench.stopLater(() => receiver.stop())
  const id = await withServices(databaseUrl, (services) => create(services, receiver.url))
  const { url } = await bench.proxima(databaseUrl)
  const requests = secretRequests(people)

  const seconds = bench.pick(30, 5)
  await openLoop({ url, requests, perSecond: signInsPerSecond, seconds, connectionsMax: 64 })
  await untilReceived(receiver, signInsPerSecond * seconds)
  const delay = percentile(receiver.delaysMs(), 0.99)

  const count = bench.pick(5_000, 500)
  await withServices(databaseUrl, ({ webhooks: all }) => all.change(id, { state: 'disabled' }, noRequest))
  await sendMany({ url, requests, connections, count })
  // Until the events are in the audit trail.
  await sleep(2_000)
  receiver.clear()
  await withServices(databaseUrl, ({ webhooks: all }) => all.change(id, { state: 'enabled' }, noRequest))
  await untilReceived(receiver, count)
  return [
    valueRow({
      subject: `99 in 100 events, from the commit to the receiver, at ${signInsPerSecond} sign-ins per second on ${engine.name}`,
      value: delay,
      show: milliseconds,
      aim: {
        atMost: 1_000,
        because: 'Events are sealed into the audit trail, and read from it, several times a second.',
      },
    }),
    valueRow({
      subject: `events that had waited, to one receiver, on ${engine.name}`,
      value: count / receiver.spanSeconds(),
      show: perSecond,
    }),
  ]
}

async function create({ webhooks: all, db }: Services, url: string): Promise<WebhookId> {
  const settings = { url, description: null, eventTypes }
  return await inTransaction(db, async (transaction) => {
    const { endpoint } = await all.create(transaction, settings, noRequest)
    return endpoint.id
  })
}

async function untilReceived(receiver: TimedReceiver, count: number): Promise<void> {
  const deadline = performance.now() + 120_000
  while (receiver.count() < count) {
    if (performance.now() > deadline) throw new Error(`only ${receiver.count()} of ${count} events arrived`)
    await sleep(10)
  }
}
