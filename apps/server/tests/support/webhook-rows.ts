import { LinesRepository } from '../../src/features/integration/webhooks/deliveries/lines/repository.ts'
import { DeliveriesRepository } from '../../src/features/integration/webhooks/deliveries/repository.ts'
import { EndpointsRepository } from '../../src/features/integration/webhooks/endpoints/repository.ts'
import type { Database, Transaction } from '../../src/platform/database/tables.ts'
import { type AccountId, type AuditEventId, newId, type WebhookId } from '../../src/platform/kernel/ids.ts'

/** An account with deliveries. */
interface Owner {
  readonly id: AccountId
  readonly name: string
  readonly at: Date
}

/** The one webhook of the fixtures. */
const webhookId = '01a1fc40-74e8-7c52-9a0f-3d5b8e6f7a10' as WebhookId

const deliveries = new DeliveriesRepository()
const endpoints = new EndpointsRepository()
const lines = new LinesRepository()

export async function insertWebhook(db: Database, at: number): Promise<void> {
  await db
    .insertInto('webhook_endpoints')
    .values({
      id: webhookId,
      url: 'https://app.example.org/',
      event_types: 'user.created',
      state: 'enabled',
      cursor_block: 7,
      secret_sealed: 'secret',
      created_at: at,
      updated_at: at,
    })
    .execute()
}

/** One that waits for its second attempt, and one that is delivered. */
export async function insertDeliveries(db: Database, { id, name, at }: Owner): Promise<void> {
  const row = {
    endpoint_id: webhookId,
    account_id: id,
    block: 1,
    type: 'user.created',
    body: name,
    occurred_at: at.getTime(),
    owed_at: at.getTime(),
    attempts: 2,
    is_followed: 0,
  } as const
  await db
    .insertInto('webhook_deliveries')
    .values([
      { ...row, event_id: newId(), state: 'waiting', due_at: at.getTime() },
      { ...row, event_id: newId(), state: 'delivered', finished_at: at.getTime() },
    ])
    .execute()
}

/** The calls that take an account, for a test with two of them. */
export const webhookOwnerCalls = {
  'LinesRepository.lockTails': (db: Transaction, { id }: Pick<Owner, 'id'>) =>
    lines.lockTails(db, webhookId, [id]),
  'LinesRepository.existingPeople': async (db: Transaction, { id }: Pick<Owner, 'id'>) => [
    ...(await lines.existingPeople(db, [id])),
  ],
  'DeliveriesRepository.deleteFinishedByAccount': (db: Transaction, { id }: Pick<Owner, 'id'>) =>
    deliveries.deleteFinishedByAccount(db, id),
}

async function waiting(db: Transaction, accountId: AccountId) {
  const row = await db
    .selectFrom('webhook_deliveries')
    .select(['event_id', 'due_at'])
    .where('account_id', '=', accountId)
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow()
  return { eventId: row.event_id, dueAt: new Date(row.due_at ?? 0) }
}

/** The changes that depend on what was read, each with reads that are out of date. */
export function webhookWrites({ id, at }: Pick<Owner, 'id' | 'at'>) {
  const later = new Date(at.getTime() + 60_000)
  const claim = (read: { dueAt?: Date; attempts?: number }) => async (db: Transaction) => {
    const found = await waiting(db, id)
    const due = { endpointId: webhookId, accountId: id, body: '', owedAt: at, attempts: 2, ...found, ...read }
    await deliveries.claim(db, due, later)
  }
  const settle = (attempts: number, eventId?: AuditEventId) => async (db: Transaction) => {
    const found = await waiting(db, id)
    const key = { endpointId: webhookId, eventId: eventId ?? found.eventId, attempts }
    await deliveries.settle(db, key, { due_at: null, error: 'late' })
  }
  const reseal = (current: string) => (db: Transaction) => {
    const secrets = { current, previous: null, previousUntil: null }
    return endpoints.replaceSecrets(db, webhookId, {
      read: secrets,
      resealed: { ...secrets, current: 'again' },
    })
  }
  const advance = (from: number) => (db: Transaction) => endpoints.advance(db, webhookId, { from, to: 9 })
  const fail = (since: Date) => (db: Transaction) => endpoints.markFailed(db, webhookId, { since, at: later })
  const hasten = (after: Date) => (db: Transaction) =>
    deliveries.hasten(db, webhookId, { eventId: null, now: later, after })
  const setDue = async (db: Transaction) => {
    const { eventId } = await waiting(db, id)
    await lines.setDue(db, { endpointId: webhookId, eventId }, later)
  }
  return {
    'DeliveriesRepository.claim': {
      fresh: claim({}),
      stale: [claim({ dueAt: later }), claim({ attempts: 1 })],
    },
    'DeliveriesRepository.hasten': { fresh: hasten(new Date(at.getTime() - 1)), stale: [hasten(at)] },
    'DeliveriesRepository.settle': { fresh: settle(2), stale: [settle(1)] },
    'EndpointsRepository.advance': { fresh: advance(7), stale: [advance(6), advance(8)] },
    'EndpointsRepository.markFailed': { fresh: fail(at), stale: [fail(new Date(at.getTime() - 1))] },
    'EndpointsRepository.replaceSecrets': { fresh: reseal('secret'), stale: [reseal('before')] },
    'LinesRepository.setDue': {
      fresh: async (db: Transaction) => {
        await db.updateTable('webhook_deliveries').set({ due_at: null }).execute()
        await setDue(db)
      },
      stale: [setDue],
    },
  }
}

export const unconditionalWebhookWrites = {
  'EndpointsRepository.markDeleted': 'the row is locked',
  'EndpointsRepository.markGone':
    'that a receiver is gone is the latest news of it, as long as it is enabled',
  'EndpointsRepository.update': 'the row is locked',
  'LinesRepository.setFollowed': 'the rows are locked',
}
