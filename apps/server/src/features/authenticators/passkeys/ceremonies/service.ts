import { digestSecret } from '../../../../platform/crypto/digests.ts'
import { randomSecret } from '../../../../platform/crypto/random.ts'
import type { Database } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { isRecent } from '../../../../platform/kernel/time-bounds.ts'
import { type Ceremony, type CeremonyPurpose, ceremonyMs, type NewCeremony } from './model.ts'
import type { CeremoniesRepository } from './repository.ts'

export interface CeremoniesOptions {
  readonly db: Database
  readonly ceremonies: CeremoniesRepository
  readonly clock: Clock
}

/** A ceremony that has begun. */
export interface StartedCeremony {
  /** Shown only once. Only the client that has it can answer. */
  readonly flow: string
  readonly challenge: string
}

/** With the prefix, a scanner for leaked secrets can recognize a flow. */
const prefix = 'pxw_'

/**
 * What browsers have been asked to sign (WebAuthn Level 3 §13.4.3). An answer is good for the flow and the purpose that
 * asked for it, once and for five minutes.
 */
export class CeremoniesService {
  readonly #options: CeremoniesOptions

  constructor(options: CeremoniesOptions) {
    this.#options = options
  }

  /** @param bound what else the client must have to answer, such as the id of its session */
  async start(ceremony: NewCeremony, bound: readonly string[] = []): Promise<StartedCeremony> {
    const flow = randomSecret(prefix)
    return { flow, challenge: await this.#store(slotOf(flow, bound), ceremony) }
  }

  /** For a flow that has an id already. It has one ceremony of a purpose: a new one takes the place of the last. */
  async startWithin(ceremony: NewCeremony, flowId: string): Promise<string> {
    return await this.#store(slotOf(ceremony.purpose, [flowId]), ceremony)
  }

  /**
   * Takes the ceremony of a flow, so that no one can answer it again, whatever comes of this answer (A99).
   * @returns null if there is none, if it was taken, has expired, or is for another purpose
   */
  async take(
    flow: string,
    purposes: readonly CeremonyPurpose[],
    bound: readonly string[] = [],
  ): Promise<Ceremony | null> {
    return await this.#take(slotOf(flow, bound), purposes)
  }

  /** The same for a flow that has an id already. */
  async takeWithin(purpose: CeremonyPurpose, flowId: string): Promise<Ceremony | null> {
    return await this.#take(slotOf(purpose, [flowId]), [purpose])
  }

  /** Deletes ceremonies that have expired. @returns how many, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { ceremonies, clock, db } = this.#options
    return await inTransaction(db, (transaction) => ceremonies.deleteExpired(transaction, clock.now(), limit))
  }

  async #store(slot: string, started: NewCeremony): Promise<string> {
    const { ceremonies, clock, db } = this.#options
    const challenge = randomSecret('')
    const createdAt = clock.now()
    const expiresAt = new Date(createdAt.getTime() + ceremonyMs)
    const ceremony = { ...started, challenge, createdAt }
    await inTransaction(db, (transaction) => ceremonies.replace(transaction, slot, ceremony, expiresAt))
    return challenge
  }

  async #take(slot: string, purposes: readonly CeremonyPurpose[]): Promise<Ceremony | null> {
    const { ceremonies, clock, db } = this.#options
    const ceremony = await ceremonies.find(db, slot)
    if (ceremony === null || !(await ceremonies.delete(db, slot, ceremony.challenge))) return null
    const isValid = isRecent(ceremony.createdAt, clock.now(), ceremonyMs)
    return isValid && purposes.includes(ceremony.purpose) ? ceremony : null
  }
}

/** As a list, so that no two flows have the same slot. */
function slotOf(flow: string, bound: readonly string[]): string {
  return digestSecret(JSON.stringify([flow, ...bound]))
}
