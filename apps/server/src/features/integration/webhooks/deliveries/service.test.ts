import type { ServerResponse } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import type { Received, Receiver } from '../../../../../tests/support/receiver.ts'
import type { WebhookNode } from '../../../../../tests/support/webhook-node.ts'
import { answerWith, patient, typesAbout, WebhookWorld } from '../../../../../tests/support/webhook-world.ts'
import { dayMs } from '../../../../platform/kernel/durations.ts'
import { noRequest } from '../../../../platform/kernel/request-context.ts'
import { type Attempt, leaseSeconds } from './model.ts'
import type { Sent } from './sender.ts'

describe.each(engines)('sending events on $name', (engine) => {
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

  /** Starts a round. @returns how many messages have arrived */
  async function startAndCount(node: WebhookNode): Promise<number> {
    await node.start()
    return receiver.received.length
  }

  it('sends each event once, in the form and with the signature of Standard Webhooks', async () => {
    const { amina } = world
    const node = world.newNode()
    const { secret } = await node.create(receiver.url)
    const [event] = world.trail.add('registration', amina)
    await node.work()
    await node.work()
    expect(receiver.received).toHaveLength(1)
    const { headers, text } = receiver.received[0] as Received
    expect(new Webhook(secret).verify(text, headers as Record<string, string>)).toEqual({
      id: event?.id,
      type: 'user.created',
      timestamp: event?.at.toISOString(),
      data: { user_id: amina, actor_id: null, session_id: null, changed: [] },
    })
    expect(headers['webhook-id']).toBe(event?.id)
    expect(headers['content-type']).toBe('application/json')
  })

  it('sends the events about one person in their order, one after the other, and does not wait for other people', async () => {
    const { amina, ben } = world
    const node = world.newNode()
    const { id } = await node.create(receiver.url)
    receiver.answer = ({ body }, response) =>
      void response
        .writeHead(body.type === 'user.verified' && body.data['user_id'] === amina ? 500 : 200)
        .end()
    world.trail.add('registration', amina, ben)
    world.trail.add('verification', amina, ben)
    world.trail.add('sign_in', amina, ben)
    world.trail.add('sign_out', amina)
    await node.work()
    expect(typesAbout(ben, receiver)).toEqual(['user.created', 'user.verified', 'user.signed_in'])
    expect(typesAbout(amina, receiver)).toEqual(['user.created', 'user.verified'])
    world.trail.add('suspension', amina)
    await node.work()
    expect(typesAbout(amina, receiver)).toEqual(['user.created', 'user.verified'])
    receiver.answer = answerWith(204)
    world.clock.advance(10)
    await node.work()
    expect(typesAbout(amina, receiver).slice(1)).toEqual([
      'user.verified',
      'user.verified',
      'user.signed_in',
      'session.ended',
      'user.suspended',
    ])
    expect((await node.endpoints.get(id)).backlog).toEqual({ waiting: 0, dead: 0 })
  })

  it('never has two messages about one person under way', async () => {
    const { amina, ben } = world
    const node = world.newNode()
    await node.create(receiver.url)
    const held: ServerResponse[] = []
    receiver.answer = (_message, response) => void held.push(response)
    for (let count = 0; count < 5; count++) world.trail.add('sign_in', amina, ben)
    for (let count = 1; count <= 5; count++) {
      await expect.poll(async () => await startAndCount(node), patient).toBe(2 * count)
      await node.start()
      expect(held).toHaveLength(2)
      for (const response of held.splice(0)) response.writeHead(200).end()
    }
    expect(typesAbout(amina, receiver)).toHaveLength(5)
  })

  it('tries for a day, longer apart each time, then gives up, and goes on with what waited behind it', async () => {
    const { amina } = world
    const node = world.newNode()
    const { id } = await node.create(receiver.url)
    receiver.answer = answerWith(503)
    const startedAt = world.clock.now().getTime()
    world.trail.add('registration', amina)
    world.trail.add('verification', amina)
    const waits: number[] = []
    let attempts: Attempt[] = []
    for (;;) {
      attempts = await node.work()
      if (attempts.some(({ outcome }) => outcome === 'dead')) break
      const [first] = await node.operations
        .list(id, { state: 'waiting', before: null, limit: 10 })
        .then((all) => all.slice(-1))
      const seconds = ((first?.dueAt?.getTime() ?? 0) - world.clock.now().getTime()) / 1_000
      waits.push(seconds)
      world.clock.advance(seconds - 1)
      expect(await node.work()).toEqual([])
      world.clock.advance(1)
      // Otherwise it would be disabled after that day.
      await node.endpoints.change(id, { description: `waited for ${seconds} seconds` }, noRequest)
    }
    expect(waits.slice(0, 9)).toEqual([5, 15, 45, 135, 405, 1_215, 3_645, 10_935, 14_400])
    expect(world.clock.now().getTime() - startedAt).toBeGreaterThanOrEqual(dayMs)
    expect(world.clock.now().getTime() - startedAt).toBeLessThan(dayMs + 14_400_000)
    // The second has waited for as long, so it is tried once.
    expect(attempts).toMatchObject([
      { outcome: 'dead', error: 'http 503', attempts: waits.length + 1 },
      { outcome: 'dead', error: 'http 503', attempts: 1 },
    ])
    expect(await world.statesOf(id)).toEqual(['user.verified dead', 'user.created dead'])
    receiver.answer = answerWith(200)
    world.trail.add('sign_in', amina)
    await node.work()
    expect(await world.statesOf(id)).toContain('user.signed_in delivered')
  })

  it('sends each event once, and in order, if eight servers work at the same time', async () => {
    const all = Array.from({ length: 8 }, () => world.newNode())
    await world.newNode().create(receiver.url)
    const people = await world.newPeople(6)
    const expected: string[] = []
    for (let round = 0; round < 5; round++)
      for (const action of ['sign_in', 'sign_out'] as const) {
        world.trail.add(action, ...people)
        expected.push(action === 'sign_in' ? 'user.signed_in' : 'session.ended')
      }
    const isDone = () => receiver.received.length >= people.length * expected.length
    await expect
      .poll(async () => {
        await Promise.all(all.map((node) => node.work()))
        return isDone()
      }, patient)
      .toBe(true)
    await Promise.all(all.map((node) => node.work()))
    for (const person of people) expect(typesAbout(person, receiver)).toEqual(expected)
    expect(new Set(receiver.received.map(({ body }) => body.id)).size).toBe(receiver.received.length)
  })

  it('loses no event that is added to a line while its last delivery ends', async () => {
    const all = Array.from({ length: 3 }, () => world.newNode())
    await world.newNode().create(receiver.url)
    const people = await world.newPeople(4)
    const rounds = 25
    for (let round = 0; round < rounds; round++) {
      world.trail.add('sign_in', ...people)
      // Not awaited, so that the next events are added while the attempts of this round end.
      await Promise.all(all.map((node) => node.start()))
    }
    const arrived = async () => {
      for (const node of all) await node.work()
      return receiver.received.length
    }
    await expect.poll(arrived, patient).toBe(rounds * people.length)
    for (const person of people) {
      const ids = receiver.received
        .filter(({ body }) => body.data['user_id'] === person)
        .map(({ body }) => body.id)
      expect(ids).toEqual([...ids].sort())
      expect(new Set(ids).size).toBe(rounds)
    }
  })

  it('sends an event again, with the same id, if the server stops before it has stored the answer', async () => {
    const { amina } = world
    const stopped = world.newNode({ send: () => new Promise(() => undefined) })
    const node = world.newNode()
    await node.create(receiver.url)
    const [event] = world.trail.add('registration', amina)
    world.trail.add('sign_in', amina)
    await stopped.start()
    const attemptsNow = world.database.db
      .selectFrom('webhook_deliveries')
      .select('attempts')
      .orderBy('event_id')
    await expect.poll(async () => (await attemptsNow.execute())[0]?.attempts, patient).toBe(1)
    expect(await node.work()).toEqual([])
    world.clock.advance(leaseSeconds)
    expect(await node.work()).toMatchObject([
      { eventId: event?.id, attempts: 2, outcome: 'delivered' },
      { attempts: 1, outcome: 'delivered' },
    ])
    expect(typesAbout(amina, receiver)).toEqual(['user.created', 'user.signed_in'])
  })

  it('ignores the outcome of an attempt that another server has taken over', async () => {
    const { amina } = world
    let answer: (sent: Sent) => void = () => undefined
    const late = world.newNode({
      send: () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    })
    const { id } = await late.create(receiver.url)
    world.trail.add('registration', amina)
    await late.start()
    world.clock.advance(leaseSeconds)
    const node = world.newNode()
    await node.work()
    world.trail.add('verification', amina)
    answer({ error: 'http 500', isGone: false, retryAfterMs: null })
    await late.stop()
    expect(await world.statesOf(id)).toEqual(['user.created delivered'])
    await node.work()
    expect(typesAbout(amina, receiver)).toEqual(['user.created', 'user.verified'])
  })
})
