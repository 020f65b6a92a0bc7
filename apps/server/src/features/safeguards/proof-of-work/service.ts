import { randomBytes } from 'node:crypto'
import type { KeyedDigests } from '../../../platform/crypto/keyed-digests.ts'
import { clientKey, networkKey } from '../../../platform/kernel/addresses.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { Limiter, LimitPolicy } from '../../../platform/kernel/limiter.ts'
import type { CostlyCall, ProofOfWork } from '../../../platform/kernel/proof-of-work.ts'
import { isRecent } from '../../../platform/kernel/time-bounds.ts'
import type { SignInAnomalies } from '../rate-limits/anomalies/service.ts'
import {
  challengeMinutes,
  challengeMs,
  identifierLimit,
  proofOfWorkRequired,
  solutionLengthMax,
  workBits,
} from './model.ts'
import { isSolved } from './solution.ts'

export interface ProofOfWorkOptions {
  readonly limiter: Limiter
  readonly keyedDigests: Pick<KeyedDigests, 'digest' | 'matches'>
  readonly anomalies: Pick<SignInAnomalies, 'isActive'>
  readonly clock: Clock
  /** The quota of a whole network, as a multiple of the quota of one client. */
  readonly networkLimitFactor: number
}

type Counter = readonly [policy: LimitPolicy, key: string]

const digestUse = 'proof-of-work'

/**
 * Makes an attack on one address, one account or all of them cost a processor (A14, A41), without a third party that would
 * see the people. It comes on top of the limits and of the budgets for guesses, and takes nothing from them (I3).
 */
export class ProofOfWorkService implements ProofOfWork {
  readonly #options: ProofOfWorkOptions

  constructor(options: ProofOfWorkOptions) {
    this.#options = options
  }

  async require(call: CostlyCall, solution: string | null): Promise<void> {
    const isBeyond = await this.#count(call)
    if (!isBeyond && !this.#isUnderAttack(call)) return
    if (solution !== null && (await this.#accepts(call, solution))) return
    throw new Failure(proofOfWorkRequired, {
      members: { proof_of_work: this.#challenge(call) },
      refusedBy: 'proof_of_work',
    })
  }

  async refund(call: CostlyCall): Promise<void> {
    if (!call.rule.refundsSuccess) return
    for (const [policy, key] of this.#countersOf(call)) await this.#options.limiter.refund(policy, key)
  }

  /** The same for every identifier, whether or not an account has it (I4). @returns whether it is beyond what is free */
  async #count(call: CostlyCall): Promise<boolean> {
    const counted = this.#countersOf(call).map(([policy, key]) => this.#options.limiter.take(policy, key))
    return (await Promise.all(counted)).some(({ isExceeded }) => isExceeded)
  }

  #countersOf({ rule, clientAddress, identifier }: CostlyCall): readonly Counter[] {
    const { keyedDigests, networkLimitFactor } = this.#options
    const { name, freeCalls: quota, windowSeconds } = rule
    const networkQuota = quota * networkLimitFactor
    const byIdentifier: LimitPolicy = { name: `work-${name}-identifier`, ...identifierLimit }
    return [
      [{ name: `work-${name}`, quota, windowSeconds }, clientKey(clientAddress)],
      [{ name: `work-${name}-network`, quota: networkQuota, windowSeconds }, networkKey(clientAddress)],
      // By a digest, so that no one reads in Redis what people type.
      ...(identifier === null
        ? []
        : [[byIdentifier, keyedDigests.digest(digestUse, ['identifier', spelled(identifier)])] as const]),
    ]
  }

  /** Passwords are tried on many accounts from many networks, so no single counter shows it. */
  #isUnderAttack({ rule }: CostlyCall): boolean {
    return rule.refundsSuccess && this.#options.anomalies.isActive
  }

  #challenge(call: CostlyCall) {
    const { clock, keyedDigests } = this.#options
    const issuedAtSeconds = Math.floor(clock.now().getTime() / 1_000)
    const payload = `${issuedAtSeconds}.${workBits}.${randomBytes(12).toString('base64url')}`
    const signature = keyedDigests.digest(digestUse, partsOf(call, payload))
    return {
      algorithm: 'SHA-256',
      challenge: `${payload}.${signature}`,
      difficulty: workBits,
      expires_in: challengeMinutes * 60,
    }
  }

  /** Only what this server has asked of this client for this call, in time, and once. */
  async #accepts(call: CostlyCall, solution: string): Promise<boolean> {
    const { clock, keyedDigests } = this.#options
    if (solution.length > solutionLengthMax) return false
    const [challenge = ''] = solution.split(':')
    const [issuedAtSeconds = '', bits = '', random = '', signature = ''] = challenge.split('.')
    const payload = `${issuedAtSeconds}.${bits}.${random}`
    if (!keyedDigests.matches(signature, digestUse, partsOf(call, payload))) return false
    if (!isRecent(new Date(Number(issuedAtSeconds) * 1_000), clock.now(), challengeMs)) return false
    return isSolved(solution, Number(bits)) && (await this.#isFirstUse(challenge))
  }

  /** By the challenge: another counter for the same challenge is no other work. */
  async #isFirstUse(challenge: string): Promise<boolean> {
    const policy = { name: 'work-used', quota: 1, windowSeconds: challengeMs / 1_000 }
    return !(await this.#options.limiter.take(policy, challenge)).isExceeded
  }
}

function partsOf({ rule, clientAddress }: CostlyCall, payload: string): readonly string[] {
  return ['challenge', rule.name, clientKey(clientAddress), payload]
}

/** So that a change of case or a space does not make it another identifier. */
function spelled(identifier: string): string {
  return identifier.normalize('NFKC').replaceAll(/\s/g, '').toLowerCase()
}
