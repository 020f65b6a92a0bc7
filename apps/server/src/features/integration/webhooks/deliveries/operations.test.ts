import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import type { Receiver } from '../../../../../tests/support/receiver.ts'
import type { WebhookNode } from '../../../../../tests/support/webhook-node.ts'
import { answerWith, typesAbout, WebhookWorld } from '../../../../../tests/support/webhook-world.ts'
import { daySeconds } from '../../../../platform/kernel/durations.ts'
import type { WebhookId } from '../../../../platform/kernel/ids.ts'
import { noRequest } from '../../../../platform/kernel/request-context.ts'
import { deadDays, deliveredDays } from './model.ts'

describe.each(engines)('the deliveries of a webhook on $name', (engine) => {
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

  /** Changes the webhook. Otherwise it would be disabled, because its receiver has failed for a day. */
  const keepEnabled = (node: WebhookNode, id: WebhookId) =>
    node.endpoints.change(id, { description: 'Newsletter' }, noRequest)

  it('sends again what was given up, all of it or one event', async () => {
    const { amina, ben } = world
    const node = world.newNode()
    const { id } = await node.create(receiver.url)
    receiver.answer = answerWith(500)
    const [first] = world.trail.add('registration', amina)
    world.trail.add('verification', amina)
    world.trail.add('registration', ben)
    await node.work()
    world.clock.advance(daySeconds)
    await keepEnabled(node, id)
    await node.work()
    expect((await node.endpoints.get(id)).backlog).toEqual({ waiting: 0, dead: 3 })
    receiver.answer = answerWith(200)
    receiver.received.splice(0)
    const replay = async (eventId: typeof first | null) =>
      await node.operations.replay(id, { eventId: eventId?.id ?? null }, noRequest)
    expect(await replay(first)).toEqual({ replayed: 1, isMore: false })
    await node.work()
    expect(receiver.received.map(({ body }) => body.id)).toEqual([first?.id])
    await expect(replay(first)).rejects.toMatchObject({ problem: { code: 'not_found' } })
    expect(await replay(null)).toEqual({ replayed: 2, isMore: false })
    await node.work()
    expect([typesAbout(amina, receiver), typesAbout(ben, receiver)]).toEqual([
      ['user.created', 'user.verified'],
      ['user.created'],
    ])
  })

  it('sends now what waits for a later attempt, because its receiver may be mended', async () => {
    const { amina, ben } = world
    const node = world.newNode()
    const { id } = await node.create(receiver.url)
    receiver.answer = answerWith(500)
    world.trail.add('registration', amina)
    world.trail.add('verification', amina)
    world.trail.add('registration', ben)
    for (let hour = 0; hour < 6; hour++) {
      await node.work()
      world.clock.advance(3_600)
    }
    await node.work()
    receiver.answer = answerWith(200)
    receiver.received.splice(0)
    await node.work()
    expect(receiver.received).toEqual([])
    const replayed = await node.operations.replay(id, { eventId: null }, noRequest)
    expect(replayed).toEqual({ replayed: 2, isMore: false })
    await node.work()
    await node.work()
    expect([typesAbout(amina, receiver), typesAbout(ben, receiver)]).toEqual([
      ['user.created', 'user.verified'],
      ['user.created'],
    ])
  })

  it('sends everything again that happened since a time, in order, and keeps what waits', async () => {
    const { amina } = world
    const node = world.newNode()
    const { id } = await node.create(receiver.url)
    world.trail.add('registration', amina)
    await node.work()
    world.clock.advance(60)
    const since = world.clock.now()
    world.trail.add('verification', amina)
    world.trail.add('sign_in', amina)
    await node.work()
    receiver.answer = answerWith(500)
    world.trail.add('sign_out', amina)
    world.trail.add('suspension', amina)
    await node.work()
    receiver.received.splice(0)
    receiver.answer = answerWith(200)
    expect(await node.operations.replay(id, { since }, noRequest)).toEqual({ replayed: null, isMore: false })
    // The one that waits for its next attempt comes first, because it is under way.
    await node.work()
    expect(receiver.received).toEqual([])
    world.clock.advance(10)
    await node.work()
    expect(typesAbout(amina, receiver)).toEqual([
      'session.ended',
      'user.verified',
      'user.signed_in',
      'user.suspended',
    ])
  })

  it('forgets what is finished after a while, and a deleted webhook with all that it had', async () => {
    const { amina, ben } = world
    const node = world.newNode()
    const { id } = await node.create(receiver.url)
    world.trail.add('registration', amina)
    await node.work()
    receiver.answer = answerWith(500)
    world.trail.add('registration', ben)
    await node.work()
    world.clock.advance(daySeconds)
    await keepEnabled(node, id)
    await node.work()
    expect(await node.operations.purge(100)).toBe(0)
    world.clock.advance((deliveredDays - 1) * daySeconds)
    expect(await node.operations.purge(100)).toBe(1)
    world.clock.advance((deadDays - deliveredDays) * daySeconds)
    expect(await node.operations.purge(100)).toBe(0)
    world.clock.advance(daySeconds)
    expect(await node.operations.purge(100)).toBe(1)
    world.trail.add('sign_in', amina)
    world.trail.add('sign_in', ben)
    await node.work()
    await node.endpoints.delete(id, noRequest)
    receiver.received.splice(0)
    world.clock.advance(3_600)
    await node.work()
    expect(receiver.received).toEqual([])
    await expect(node.endpoints.get(id)).rejects.toMatchObject({ problem: { code: 'not_found' } })
    expect(await node.endpoints.purge(1)).toBe(1)
    expect(await node.endpoints.purge(100)).toBe(1)
    for (const table of ['webhook_deliveries', 'webhook_endpoints'] as const)
      expect(await world.database.db.selectFrom(table).selectAll().execute()).toEqual([])
  })
})
