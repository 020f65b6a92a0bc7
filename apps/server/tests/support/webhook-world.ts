import type { ServerResponse } from 'node:http'
import type { AccountId, WebhookId } from '../../src/platform/kernel/ids.ts'
import { insertAccount } from './account-rows.ts'
import type { TestEngine } from './engines.ts'
import { FakeTrail } from './fake-trail.ts'
import { FrozenClock } from './frozen-clock.ts'
import { type Received, type Receiver, startReceiver } from './receiver.ts'
import { createMigratedDatabase, type MigratedDatabase } from './test-database.ts'
import type { WebhookNodeOptions } from './webhook-node.ts'
import { WebhookNode } from './webhook-node.ts'

/** How long a test waits for what happens by itself. */
export const patient = { timeout: 20_000, interval: 5 }

/** Answers each message with a status. */
export const answerWith = (status: number) => (_message: Received, response: ServerResponse) =>
  void response.writeHead(status).end()

/** Servers that send webhooks, the services that receive them, and two people, on one database. */
export class WebhookWorld {
  readonly database: MigratedDatabase
  readonly #nodes: WebhookNode[] = []
  readonly #receivers: Receiver[] = []
  clock = FrozenClock.atWholeSecond()
  trail = new FakeTrail(this.clock)
  #amina: AccountId | null = null
  #ben: AccountId | null = null

  private constructor(database: MigratedDatabase) {
    this.database = database
  }

  static async open(engine: TestEngine): Promise<WebhookWorld> {
    return new WebhookWorld(await createMigratedDatabase(engine))
  }

  /** Starts over, with no webhooks and one receiver. */
  async reset(): Promise<Receiver> {
    const { db } = this.database
    this.clock = FrozenClock.atWholeSecond()
    this.trail = new FakeTrail(this.clock)
    await db.deleteFrom('webhook_deliveries').execute()
    await db.deleteFrom('webhook_endpoints').execute()
    this.#amina = await insertAccount(db)
    this.#ben = await insertAccount(db)
    return await this.newReceiver()
  }

  get amina(): AccountId {
    return started(this.#amina)
  }

  get ben(): AccountId {
    return started(this.#ben)
  }

  async newPeople(count: number): Promise<AccountId[]> {
    return await Promise.all(Array.from({ length: count }, () => insertAccount(this.database.db)))
  }

  async newReceiver(): Promise<Receiver> {
    const receiver = await startReceiver()
    this.#receivers.push(receiver)
    return receiver
  }

  newNode(sender?: WebhookNodeOptions['sender']): WebhookNode {
    const { database, clock, trail } = this
    const node = new WebhookNode({ db: database.db, clock, trail, ...(sender && { sender }) })
    // A sender of the test may never end.
    if (sender === undefined) this.#nodes.push(node)
    return node
  }

  /** Each delivery of a webhook as its type and its state, the newest first. */
  async statesOf(id: WebhookId): Promise<string[]> {
    const all = await this.newNode().operations.list(id, { state: null, before: null, limit: 1_000 })
    return all.map(({ type, state }) => `${type} ${state}`)
  }

  /** Stops what the test has started. */
  async stop(): Promise<void> {
    for (const node of this.#nodes.splice(0)) await node.stop()
    for (const receiver of this.#receivers.splice(0)) await receiver.close()
  }

  async close(): Promise<void> {
    await this.database.drop()
  }
}

/** The types that a receiver got about a person, in order. */
export function typesAbout(person: AccountId, { received }: Receiver): string[] {
  return received.filter(({ body }) => body.data['user_id'] === person).map(({ body }) => body.type)
}

function started<T>(value: T | null): T {
  if (value === null) throw new Error('call reset() first')
  return value
}
