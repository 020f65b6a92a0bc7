/** @module-tag long */

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventTypes } from '../../src/features/integration/webhooks/events/model.ts'
import { inTransaction } from '../../src/platform/database/transactions.ts'
import { systemClock } from '../../src/platform/kernel/clock.ts'
import type { WebhookId } from '../../src/platform/kernel/ids.ts'
import { noRequest } from '../../src/platform/kernel/request-context.ts'
import { engines, type TestDatabase } from '../support/engines.ts'
import { FrozenClock } from '../support/frozen-clock.ts'
import { newPerson } from '../support/people.ts'
import { endLeftovers, freshFolder, proxima, type Settings, startProxima } from '../support/process.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { type OwnServices, openServices } from '../support/services.ts'
import { testSecret } from '../support/test-server.ts'

const patient = { timeout: 60_000, interval: 50 }

describe.each(engines)('webhooks of processes on $name', (engine) => {
  let folder: Awaited<ReturnType<typeof freshFolder>>
  let database: TestDatabase
  let receiver: Receiver
  let settings: Settings
  let services: OwnServices
  beforeEach(async () => {
    folder = await freshFolder()
    database = await engine.createDatabase()
    receiver = await startReceiver()
    settings = {
      PROXIMA_DATABASE_URL: database.url,
      PROXIMA_DATA_DIR: folder.path,
      PROXIMA_SECRET: testSecret,
      PROXIMA_LIMITS: 'off',
      PROXIMA_VERIFICATION: 'off',
    }
    await proxima(['migrate', 'up'], { settings })
    services = openServices({ databaseUrl: database.url, clock: new FrozenClock(systemClock.now()) })
  })
  afterEach(async () => {
    await endLeftovers()
    await receiver.close()
    await services.close()
    await database.drop()
    await folder.remove()
  })

  async function create(): Promise<WebhookId> {
    const created = { url: receiver.url, description: null, eventTypes }
    const { endpoint } = await inTransaction(services.db, (transaction) =>
      services.webhooks.create(transaction, created, noRequest),
    )
    return endpoint.id
  }

  it('sends again what a killed server had not recorded, and loses nothing that it had', async () => {
    await create()
    // The first server never gets an answer.
    receiver.answer = () => undefined
    const first = await startProxima(settings)
    const people = [await newPerson(first.client), await newPerson(first.client)]
    await expect.poll(() => receiver.received.length, patient).toBe(2)
    await first.process.stop('SIGKILL')
    const sent = receiver.received.splice(0).map(({ body }) => body.id)
    receiver.answer = (_message, response) => void response.writeHead(204).end()
    // The claims of the first server end after a while.
    await services.db
      .updateTable('webhook_deliveries')
      .set({ due_at: 0 })
      .where('due_at', 'is not', null)
      .execute()
    await startProxima(settings)
    await expect.poll(() => receiver.received.length, patient).toBe(4)
    expect(receiver.received.map(({ body }) => body.id)).toEqual(expect.arrayContaining(sent))
    for (const { id } of people)
      expect(
        receiver.received.filter(({ body }) => body.data['user_id'] === id).map(({ body }) => body.type),
      ).toEqual(['user.created', 'user.signed_in'])
  })

  it('are listed, tested and replayed by the command line', async () => {
    const id = await create()
    const list = async (): Promise<unknown> =>
      JSON.parse((await proxima(['webhooks', 'list', '--json'], { settings })).stdout)
    expect(await list()).toMatchObject([{ id, url: receiver.url, status: 'enabled', waiting: 0, dead: 0 }])
    expect((await proxima(['webhooks', 'list'], { settings })).stdout).toContain(receiver.url)

    expect(await proxima(['webhooks', 'ping', id], { settings })).toMatchObject({ exitCode: 0 })
    expect(receiver.received.map(({ body }) => body.type)).toEqual(['ping'])
    receiver.answer = (_message, response) => void response.writeHead(404).end()
    const refused = await proxima(['webhooks', 'ping', id, '--json'], { settings })
    expect(refused.exitCode).toBe(1)
    expect(JSON.parse(refused.stderr)).toMatchObject({
      code: 'webhook_not_delivered',
      detail: expect.stringContaining('http 404'),
    })
    for (const unknown of ['x', '01a1fc40-74e8-7c52-9a0f-3d5b8e6f7a10'])
      expect((await proxima(['webhooks', 'ping', unknown], { settings })).exitCode).toBe(3)

    expect((await proxima(['webhooks', 'replay', id, '--json'], { settings })).stdout).toContain(
      '"replayed": 0',
    )
    const wrong = await proxima(['webhooks', 'replay', id, '--since', 'yesterday'], { settings })
    expect(wrong.exitCode).toBe(2)
    receiver.answer = (_message, response) => void response.writeHead(204).end()
    const since = new Date(Date.now() - 60_000).toISOString()
    const { client } = await startProxima(settings)
    await newPerson(client)
    const count = () => receiver.received.filter(({ body }) => body.type !== 'ping').length
    await expect.poll(count, patient).toBe(2)
    expect((await proxima(['webhooks', 'replay', id, '--since', since], { settings })).exitCode).toBe(0)
    await expect.poll(count, patient).toBe(4)
  })
})
