import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import type { Receiver } from '../../../../../tests/support/receiver.ts'
import { answerWith, typesAbout, WebhookWorld } from '../../../../../tests/support/webhook-world.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import { noRequest } from '../../../../platform/kernel/request-context.ts'
import type { EventType } from './model.ts'

describe.each(engines)('reading events from the audit trail on $name', (engine) => {
  let world: WebhookWorld
  let receiver: Receiver
  beforeAll(async () => {
    world = await WebhookWorld.open(engine)
  })
  beforeEach(async () => {
    receiver = await world.reset()
  })
  afterEach(async () => await world.stop())
  afterAll(async () => await world?.close())

  it('sends only the types that were chosen, and only what happens after the webhook was made', async () => {
    const { amina } = world
    world.trail.add('registration', amina)
    const node = world.newNode()
    const { id } = await node.create(receiver.url, ['user.signed_in', 'user.verified'])
    for (const action of ['sign_in', 'verification', 'sign_out', 'sign_in'] as const)
      world.trail.add(action, amina)
    await node.work()
    expect(typesAbout(amina, receiver)).toEqual(['user.signed_in', 'user.verified', 'user.signed_in'])
    await node.endpoints.change(id, { eventTypes: ['session.ended'] }, noRequest)
    for (const action of ['sign_in', 'sign_out'] as const) world.trail.add(action, amina)
    await node.work()
    expect(typesAbout(amina, receiver).slice(3)).toEqual(['session.ended'])
  })

  it('tells of an erasure last, although the audit trail no longer names the account', async () => {
    const { amina, ben } = world
    const node = world.newNode()
    await node.create(receiver.url)
    const other = await world.newReceiver()
    await node.create(other.url, ['user.created'])
    world.trail.add('registration', amina, ben)
    await node.work()
    receiver.answer = answerWith(500)
    world.trail.add('deletion', amina)
    await node.work()
    // Not yet read when the account is erased, so it has a pseudonym from then on.
    world.trail.add('sign_in', amina)
    await inTransaction(world.database.db, async (transaction) => {
      await node.events.announceErasure(transaction, amina)
      await transaction.deleteFrom('accounts').where('id', '=', amina).execute()
    })
    receiver.answer = answerWith(200)
    world.clock.advance(10)
    await node.work()
    expect(typesAbout(amina, receiver)).toEqual([
      'user.created',
      'user.deleted',
      'user.deleted',
      'user.erased',
    ])
    expect(typesAbout(amina, other)).toEqual(['user.created'])
    const rows = await world.database.db
      .selectFrom('webhook_deliveries')
      .select(['type', 'account_id'])
      .execute()
    expect(
      rows
        .filter(({ account_id }) => account_id === amina)
        .map(({ type }) => type)
        .sort(),
    ).toEqual(['user.deleted', 'user.erased'])
  })

  it('reads a long backlog in pages, and loses nothing in between', async () => {
    const { amina } = world
    const node = world.newNode()
    const wanted: EventType[] = ['user.signed_in']
    const { id } = await node.create(receiver.url, wanted)
    for (let count = 0; count < 450; count++)
      world.trail.add(count % 50 === 0 ? 'sign_in' : 'sign_out', amina)
    await node.work()
    expect(typesAbout(amina, receiver)).toHaveLength(9)
    expect((await node.endpoints.get(id)).backlog).toEqual({ waiting: 0, dead: 0 })
  })
})
