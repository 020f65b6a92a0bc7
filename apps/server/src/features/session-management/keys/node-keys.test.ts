import { describe, expect, it } from 'vitest'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { testSecret } from '../../../../tests/support/test-server.ts'
import { Sealer } from '../../../platform/crypto/sealing.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { notFound, unavailable } from '../../../platform/kernel/problems.ts'
import { nodeMaxAgeSeconds } from './model.ts'
import { makeKeyPair } from './new-key.ts'
import { NodeKeys } from './node-keys.ts'
import type { StoredKey } from './repository.ts'

const sealer = new Sealer({ current: testSecret })

async function nodeWithKey() {
  const clock = new FrozenClock()
  const times = { createdAt: clock.now(), activatesAt: clock.now(), retiresAt: null }
  const key: StoredKey = { ...(await makeKeyPair(sealer, 'ES256')), ...times }
  let failure: Error | null = null
  let reads = 0
  const list = async () => {
    reads += 1
    if (failure !== null) throw failure
    return [key]
  }
  const node = new NodeKeys({ list, clock })
  await node.known()
  const fail = (error: Error | null) => {
    failure = error
  }
  return { node, clock, key, fail, reads: () => reads }
}

describe('the copy of the keys on one server', () => {
  it('stays in use while the database does not answer, however old it is', async () => {
    const { node, clock, key, fail } = await nodeWithKey()
    fail(new Failure(unavailable))
    clock.advance(nodeMaxAgeSeconds * 2)
    expect((await node.known()).keys).toEqual([key])
    expect((await node.latest()).keys).toEqual([key])
  })

  it.each([new Failure(notFound), new Error('a bug'), Object.assign(new Error(), { problem: unavailable })])(
    'does not hide any other error: %s',
    async (error) => {
      const { node, clock, fail } = await nodeWithKey()
      fail(error)
      await expect(node.latest()).rejects.toBe(error)
      clock.advance(nodeMaxAgeSeconds)
      await expect(node.known()).rejects.toBe(error)
    },
  )

  it('is read again in the background at half its age, and before the answer at its full age', async () => {
    const { node, clock, reads } = await nodeWithKey()
    clock.advance(nodeMaxAgeSeconds / 2 - 0.001)
    await node.known()
    expect(reads()).toBe(1)
    clock.advance(0.001)
    const { readAtMs } = await node.known()
    expect([reads(), readAtMs]).toEqual([2, clock.now().getTime() - (nodeMaxAgeSeconds / 2) * 1_000])
    // Joins the read in the background, so that it is over.
    await node.read()
    clock.advance(nodeMaxAgeSeconds)
    expect((await node.known()).readAtMs).toBe(clock.now().getTime())
  })

  it('is not read again within a second after a failure', async () => {
    const { node, clock, fail, reads } = await nodeWithKey()
    fail(new Failure(unavailable))
    clock.advance(nodeMaxAgeSeconds)
    for (let round = 0; round < 3; round++) await node.known()
    expect(reads()).toBe(2)
    clock.advance(1)
    await node.known()
    expect(reads()).toBe(3)
  })
})

it('no key id begins with a hyphen, which a command line would take for an option', async () => {
  const pairs = await Promise.all(Array.from({ length: 600 }, () => makeKeyPair(sealer, 'ES256')))
  // One of 64 would.
  expect(pairs.filter(({ kid }) => kid.startsWith('-'))).toEqual([])
})
