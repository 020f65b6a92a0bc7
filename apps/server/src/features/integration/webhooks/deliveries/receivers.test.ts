import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import type { Received, Receiver } from '../../../../../tests/support/receiver.ts'
import type { WebhookNode } from '../../../../../tests/support/webhook-node.ts'
import { answerWith, patient, typesAbout, WebhookWorld } from '../../../../../tests/support/webhook-world.ts'
import { daySeconds } from '../../../../platform/kernel/durations.ts'
import { noRequest } from '../../../../platform/kernel/request-context.ts'
import { attemptsOfEndpoint } from './model.ts'

describe.each(engines)('a receiver of events on $name', (engine) => {
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

  it('stops when a receiver is gone, and goes on where it stopped when someone enables it again', async () => {
    const { amina } = world
    const node = world.newNode()
    const { id } = await node.create(receiver.url)
    receiver.answer = answerWith(410)
    world.trail.add('registration', amina)
    expect(await node.work()).toMatchObject([{ outcome: 'failed', error: 'http 410' }])
    expect((await node.endpoints.get(id)).endpoint.state).toBe('gone')
    receiver.answer = answerWith(200)
    world.trail.add('verification', amina)
    world.clock.advance(2 * daySeconds)
    expect(await node.work()).toEqual([])
    await node.endpoints.change(id, { state: 'enabled' }, noRequest)
    await node.work()
    expect(typesAbout(amina, receiver).slice(1)).toEqual(['user.created', 'user.verified'])
  })

  /** One event that fails for a day. @returns its last attempt */
  async function failForADay(node: WebhookNode): Promise<object | undefined> {
    receiver.answer = answerWith(500)
    world.trail.add('registration', world.amina)
    expect(await node.work()).toMatchObject([{ outcome: 'failed', stopped: null }])
    world.clock.advance(daySeconds)
    return (await node.work())[0]
  }

  it('is disabled when it has failed for a whole day, and gets all when someone enables it again', async () => {
    const node = world.newNode()
    const { id } = await node.create(receiver.url)
    expect(await failForADay(node)).toMatchObject({ outcome: 'dead', stopped: 'failed' })
    expect((await node.endpoints.get(id)).endpoint.state).toBe('failed')
    receiver.answer = answerWith(200)
    world.trail.add('verification', world.amina)
    expect(await node.work()).toEqual([])
    await node.endpoints.change(id, { state: 'enabled' }, noRequest)
    await node.operations.replay(id, { eventId: null }, noRequest)
    await node.work()
    expect(typesAbout(world.amina, receiver).slice(2)).toEqual(['user.created', 'user.verified'])
  })

  it('is not disabled if it has accepted anything in that day, or if someone has changed it since', async () => {
    const { amina, ben } = world
    const node = world.newNode()
    const { id } = await node.create(receiver.url)
    const isEnabled = async () => (await node.endpoints.get(id)).endpoint.state === 'enabled'
    world.trail.add('registration', ben)
    world.clock.advance(60)
    await node.work()
    world.clock.advance(-60)
    expect(await failForADay(node)).toMatchObject({ outcome: 'dead', stopped: null })
    expect(await isEnabled()).toBe(true)
    world.clock.advance(daySeconds)
    await node.endpoints.change(id, { description: 'mended' }, noRequest)
    world.clock.advance(-60)
    expect(await failForADay(node)).toMatchObject({ outcome: 'dead', stopped: null })
    expect([await isEnabled(), typesAbout(amina, receiver).length]).toEqual([true, 4])
  })

  it.each([
    ['429', 'a number of seconds', 600, '600'],
    ['503', 'a date', 600, null],
    ['503', 'a month', 14_400, '2592000'],
    ['429', 'less than the usual wait', 5, '1'],
    ['429', 'nonsense', 5, 'soon'],
    ['500', 'a number of seconds', 5, '600'],
  ])('waits after %s as Retry-After asks with %s, within bounds', async (status, _form, seconds, header) => {
    const node = world.newNode()
    await node.create(receiver.url)
    const date = new Date(world.clock.now().getTime() + 600_000).toUTCString()
    receiver.answer = (_message, response) =>
      void response.writeHead(Number(status), { 'retry-after': header ?? date }).end()
    world.trail.add('registration', world.amina)
    await node.work()
    expect(receiver.received).toHaveLength(1)
    world.clock.advance(seconds - 1)
    await node.work()
    expect(receiver.received).toHaveLength(1)
    world.clock.advance(1)
    await node.work()
    expect(receiver.received).toHaveLength(2)
  })

  it('does not let a receiver that never answers delay others, and breaks off when the server stops', async () => {
    const node = world.newNode()
    const slow = await world.newReceiver()
    slow.answer = () => undefined
    const { id } = await node.create(slow.url)
    await node.create(receiver.url)
    const people = await world.newPeople(attemptsOfEndpoint + 5)
    world.trail.add('registration', ...people)
    await expect.poll(async () => await startAndCount(node), patient).toBe(people.length)
    // At most so many at once.
    expect(slow.received).toHaveLength(attemptsOfEndpoint)
    await node.stop()
    const failed = await world.newNode().operations.list(id, { state: 'waiting', before: null, limit: 100 })
    expect(failed.filter(({ error }) => error === 'timeout')).toHaveLength(attemptsOfEndpoint)
  })

  it('follows no redirect, and does not wait for the end of an answer', async () => {
    const { amina } = world
    const node = world.newNode()
    await node.create(receiver.url)
    const elsewhere = await world.newReceiver()
    receiver.answer = (_message, response) => void response.writeHead(307, { location: elsewhere.url }).end()
    world.trail.add('registration', amina)
    expect(await node.work()).toMatchObject([{ outcome: 'failed', error: 'http 307' }])
    receiver.answer = (_message, response) => void response.writeHead(200).write('x')
    world.clock.advance(10)
    expect(await node.work()).toMatchObject([{ outcome: 'delivered' }])
    expect(elsewhere.received).toEqual([])
  })

  it('counts a connection that is closed early as a failed attempt', async () => {
    const { amina } = world
    const node = world.newNode()
    await node.create(receiver.url)
    receiver.answer = (_message, response) => void response.destroy()
    world.trail.add('registration', amina)
    expect(await node.work()).toMatchObject([{ outcome: 'failed', error: 'unreachable' }])
  })

  it('signs with both secrets while one is replaced, and afterwards only with the new one', async () => {
    const { amina } = world
    const node = world.newNode()
    const { id, secret: first } = await node.create(receiver.url)
    const second = await node.rotate(id, 3_600)
    const verifies = async (secret: string): Promise<boolean> => {
      world.trail.add('sign_in', amina)
      await node.work()
      const { headers, text } = receiver.received.at(-1) as Received
      try {
        new Webhook(secret).verify(text, headers as Record<string, string>)
        return true
      } catch {
        return false
      }
    }
    expect([await verifies(first), await verifies(second)]).toEqual([true, true])
    const third = await node.rotate(id, 60)
    expect([await verifies(first), await verifies(second), await verifies(third)]).toEqual([
      false,
      true,
      true,
    ])
    world.clock.advance(60)
    expect([await verifies(second), await verifies(third)]).toEqual([false, true])
    const fourth = await node.rotate(id, 0)
    expect([await verifies(third), await verifies(fourth)]).toEqual([false, true])
  })
})
