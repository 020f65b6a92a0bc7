import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { isRecent } from '../../../../platform/kernel/time-bounds.ts'
import { DistinctValues } from './distinct-values.ts'
import { FrequentValues } from './frequent-values.ts'
import { frequentMin, type Thresholds, type Tries, windowMs } from './model.ts'
import { UsualTries } from './usual-tries.ts'

/** Bits. Together with the rest, a detector takes some 200 KB, whatever attackers send (I13). */
const distinctSize = 65_536
const triesSize = 1_048_576
/** More passwords than this, each on as many accounts, are no longer few. */
const passwordsMax = 128

export interface WrongPassword {
  /** The account, or the identifier that no account has. */
  readonly subject: readonly string[]
  readonly password: string
  readonly network: string
}

/** What one window counts. */
interface Counts {
  readonly startsAt: Date
  /**
   * Lives as long as the window, and only in memory. So no one can find the passwords of a former
   * window, and an attacker cannot choose values that share a bit. With a Buffer, a digest takes three times as long.
   */
  readonly key: KeyObject
  readonly tries: DistinctValues
  readonly accounts: DistinctValues
  readonly networks: DistinctValues
  readonly passwords: FrequentValues
  counted: number
}

/**
 * Recognises that someone tries passwords on many accounts from many networks (A41), from the wrong passwords of this
 * process. It keeps no password, account or address, only digests and bits.
 */
export class SprayDetector {
  readonly #thresholds: Thresholds
  readonly #usual = new UsualTries()
  #counts: Counts | null = null
  /** The last sign of an anomaly. */
  #seenAt: Date | null = null

  constructor(thresholds: Thresholds) {
    this.#thresholds = thresholds
  }

  observe({ subject, password, network }: WrongPassword, now: Date): void {
    const counts = this.#countsAt(now)
    const digest = (kind: string, ...parts: readonly string[]) =>
      createHmac('sha256', counts.key)
        .update(JSON.stringify([kind, ...parts]))
        .digest()
    counts.accounts.add(digest('account', ...subject).readUInt32BE())
    counts.networks.add(digest('network', network).readUInt32BE())
    if (counts.tries.add(digest('try', password, ...subject).readUInt32BE())) {
      counts.counted += 1
      counts.passwords.add(digest('password', password).toString('base64'))
    }
    if (this.#isAnomaly(counts)) this.#seenAt = now
  }

  /** True from the first sign of an anomaly until a while after the last one. */
  isActive(now: Date): boolean {
    return this.#seenAt !== null && isRecent(this.#seenAt, now, windowMs)
  }

  /** The window that is counted now. */
  triesAt(now: Date): Tries {
    return triesOf(this.#countsAt(now))
  }

  #isAnomaly(counts: Counts): boolean {
    const { accountsMin, networksMin, frequentShareMin } = this.#thresholds
    const { accounts, networks, counted } = counts
    if (accounts.estimate < accountsMin || networks.estimate < networksMin) return false
    return this.#usual.isFarBelow(counted) || triesOf(counts).frequentShare >= frequentShareMin
  }

  #countsAt(now: Date): Counts {
    const { startsAt, counted } = this.#counts ?? { startsAt: now, counted: 0 }
    const ageMs = now.getTime() - startsAt.getTime()
    if (this.#counts !== null && ageMs >= 0 && ageMs < windowMs) return this.#counts
    // An attack must not become what is usual. Nothing is known of a clock that was set back.
    if (ageMs > 0 && !this.#wasAnomalyAt(startsAt)) this.#usual.learn(counted, Math.floor(ageMs / windowMs))
    this.#counts = newCounts(now)
    return this.#counts
  }

  #wasAnomalyAt(startsAt: Date): boolean {
    return this.#seenAt !== null && this.#seenAt >= startsAt
  }
}

function newCounts(startsAt: Date): Counts {
  return {
    startsAt,
    key: createSecretKey(randomBytes(32)),
    tries: new DistinctValues(triesSize),
    accounts: new DistinctValues(distinctSize),
    networks: new DistinctValues(distinctSize),
    passwords: new FrequentValues(passwordsMax),
    counted: 0,
  }
}

function triesOf({ accounts, networks, counted, passwords }: Counts): Tries {
  return {
    tries: counted,
    accounts: accounts.estimate,
    networks: networks.estimate,
    frequentShare: counted === 0 ? 0 : passwords.sumOfFrequent(frequentMin) / counted,
  }
}
