import { readPassword } from '../../../../platform/crypto/password-text.ts'
import type { Database } from '../../../../platform/database/tables.ts'
import { networkKey } from '../../../../platform/kernel/addresses.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { Limiter, LimitPolicy } from '../../../../platform/kernel/limiter.ts'
import { rateLimited } from '../../../../platform/kernel/problems.ts'
import { clientKeyOf, noRequest, type RequestContext } from '../../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../audit/service.ts'
import type { GuessSubject } from '../guesses/model.ts'
import type { GuessesService } from '../guesses/service.ts'
import { SprayDetector } from './detector.ts'
import { type AnomalyChange, strictLimit, type Thresholds } from './model.ts'

export interface SignInAnomaliesOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'success' | 'failure'>
  readonly guesses: Pick<GuessesService, 'outlookFor'>
  readonly limiter: Limiter
  readonly clock: Clock
  readonly thresholds: Thresholds
  /** The quota of a whole network, as a multiple of the quota of one client. */
  readonly networkLimitFactor: number
  readonly isOn: boolean
  /** True if an anomaly makes the limits of sign-ins stricter. */
  readonly isStrict: boolean
}

/** A password that someone gives to sign in. */
export interface SignInAttempt {
  readonly subject: GuessSubject
  readonly password: string
  readonly context: RequestContext
}

interface ClientKeys {
  readonly client: string
  readonly network: string
}

/** The part of an attempt in the stricter limit. */
export interface StrictUse {
  readonly keys: ClientKeys
  /** Null if the client is within the limit. */
  readonly retryAfterSeconds: number | null
  /** True if the right password has come from this client before. Only read if the limit is exceeded. */
  readonly isKnownClient: boolean
}

/**
 * Watches the wrong passwords of all accounts together. Budgets for each account and limits for each address do not see an
 * attacker who tries few passwords on each of many accounts, from many addresses (A41, ASVS 6.1.1).
 */
export class SignInAnomalies {
  readonly #options: SignInAnomaliesOptions
  readonly #detector: SprayDetector
  /** As the audit trail has it. */
  #isRecorded = false
  #count = 0

  constructor(options: SignInAnomaliesOptions) {
    this.#options = options
    this.#detector = new SprayDetector(options.thresholds)
  }

  get isActive(): boolean {
    return this.#detector.isActive(this.#options.clock.now())
  }

  /** How many anomalies have begun since the start of the server. */
  get count(): number {
    return this.#count
  }

  /**
   * Counts an attempt on the stricter limit, before the password is checked: otherwise a burst would exceed it (A39).
   * @returns null if there is no stricter limit now
   */
  async takeStrict({ subject, context }: SignInAttempt): Promise<StrictUse | null> {
    const { db, guesses, isOn, isStrict } = this.#options
    if (!isOn || !isStrict || !this.isActive) return null
    const keys = keysOf(context)
    const retryAfterSeconds = await this.#take(keys)
    if (retryAfterSeconds === null) return { keys, retryAfterSeconds, isKnownClient: false }
    // Also read if the password is wrong: the time of the answer must not say whether it was.
    const outlook = await guesses.outlookFor(db, { authenticator: 'password', subject }, context)
    return { keys, retryAfterSeconds, isKnownClient: outlook.isKnownClient }
  }

  /**
   * Counts a wrong password. If the stricter limit is exceeded, its answer is the same for every account and for every
   * client of it, so that it reveals neither (A34).
   * @throws `rate_limited`
   */
  refuse({ subject, password, context }: SignInAttempt, use: StrictUse | null): void {
    const { clock, isOn } = this.#options
    if (!isOn) return
    const { network } = keysOf(context)
    const wasActive = this.isActive
    this.#detector.observe({ subject, password: readPassword(password) ?? '', network }, clock.now())
    if (!wasActive && this.isActive) this.#count += 1
    if (use !== null) assertWithin(use)
  }

  /**
   * Call this for a right password. If the stricter limit is exceeded, only a client that has signed in to this account
   * before is admitted: its owner keeps a way in (ASVS 6.1.1), and an attacker does not learn that the password is right.
   * @throws `rate_limited`
   */
  async admit(use: StrictUse | null): Promise<void> {
    if (use === null || use.isKnownClient) return
    assertWithin(use)
    for (const [policy, key] of this.#limitsOf(use.keys)) await this.#options.limiter.refund(policy, key)
  }

  /**
   * Records that an anomaly has begun or ended since the last call. If that fails, the next call does it.
   * @returns null if nothing has changed
   */
  async record(): Promise<AnomalyChange | null> {
    const { audit, clock, db } = this.#options
    const { isActive } = this
    if (isActive === this.#isRecorded) return null
    const tries = this.#detector.triesAt(clock.now())
    const changes = {
      before: { active: !isActive },
      after: { active: isActive, ...(isActive && numbersOf(tries)) },
    }
    const subject = { method: 'password', changes }
    if (isActive) await audit.failure(db, 'sign_in_anomaly', subject, noRequest)
    else await audit.success(db, 'sign_in_anomaly', subject, noRequest)
    this.#isRecorded = isActive
    return { isActive, ...tries }
  }

  /** @returns how many seconds the client must wait; null if it is within the limit */
  async #take(keys: ClientKeys): Promise<number | null> {
    for (const [policy, key] of this.#limitsOf(keys)) {
      const { isExceeded, resetSeconds } = await this.#options.limiter.take(policy, key)
      if (isExceeded) return resetSeconds
    }
    return null
  }

  #limitsOf({ client, network }: ClientKeys): readonly (readonly [LimitPolicy, string])[] {
    const { name, quota, windowSeconds } = strictLimit
    const ofNetwork = {
      name: `${name}-network`,
      quota: quota * this.#options.networkLimitFactor,
      windowSeconds,
    }
    return [
      [strictLimit, client],
      [ofNetwork, network],
    ]
  }
}

function keysOf(context: RequestContext): ClientKeys {
  const client = clientKeyOf(context)
  return { client, network: networkKey(client) }
}

/** What the audit trail keeps. */
function numbersOf({ tries, accounts, networks, frequentShare }: Omit<AnomalyChange, 'isActive'>) {
  return { tries, accounts, networks, frequent_percent: Math.round(frequentShare * 100) }
}

function assertWithin({ retryAfterSeconds }: StrictUse): void {
  if (retryAfterSeconds === null) return
  const refusedBy = strictLimit.name
  throw new Failure(rateLimited, { retryAfterSeconds, refusedBy, detail: tooMany })
}

const tooMany =
  'Many passwords are being tried on this server, so it accepts fewer attempts from each address. Try again after the number of seconds in Retry-After, or sign in from a device that you have used before.'
