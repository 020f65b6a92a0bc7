import { expect, it } from 'vitest'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { testSecret } from '../../../../tests/support/test-server.ts'
import { solve, type WorkChallenge } from '../../../../tests/support/work.ts'
import { KeyedDigests } from '../../../platform/crypto/keyed-digests.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { LimitPolicy } from '../../../platform/kernel/limiter.ts'
import { ProofOfWorkService } from './service.ts'

it('A14: a solution works once, and is remembered for as long as its challenge can be solved', async () => {
  const uses = new Map<string, number>()
  const remembered: LimitPolicy[] = []
  const work = new ProofOfWorkService({
    limiter: {
      take: async (policy, key) => {
        if (policy.name === 'work-used') remembered.push(policy)
        const count = (uses.get(policy.name + key) ?? 0) + 1
        uses.set(policy.name + key, count)
        return { isExceeded: count > policy.quota, remaining: 0, resetSeconds: 1 }
      },
      refund: async () => undefined,
    },
    keyedDigests: new KeyedDigests({ current: testSecret }),
    anomalies: { isActive: true },
    clock: new FrozenClock(),
    networkLimitFactor: 10,
  })
  const rule = { name: 'login', freeCalls: 100, windowSeconds: 300, refundsSuccess: true }
  const call = { rule, clientAddress: '192.0.2.1', identifier: null }
  const challengeOf = async (solution: string | null) =>
    await work.require(call, solution).then(
      () => null,
      (error: unknown) =>
        (error instanceof Failure ? error.members['proof_of_work'] : error) as WorkChallenge,
    )
  const challenge = await challengeOf(null)
  expect(challenge).toMatchObject({ expires_in: 300 })
  const solution = challenge === null ? '' : solve(challenge)
  expect(await challengeOf(solution)).toBeNull()
  expect(await challengeOf(solution)).not.toBeNull()
  expect(remembered.map(({ windowSeconds }) => windowSeconds)).toEqual([300, 300])
})
