import { digestSecret } from '../../platform/crypto/digests.ts'
import type { ResealStep, Sealer } from '../../platform/crypto/sealing.ts'
import type { Database, Transaction } from '../../platform/database/tables.ts'
import { inTransaction } from '../../platform/database/transactions.ts'
import type { Clock } from '../../platform/kernel/clock.ts'
import { Failure } from '../../platform/kernel/failures.ts'
import { invalidFields, unavailable } from '../../platform/kernel/problems.ts'
import { type Retry, retrySeconds, unguessableLength } from './model.ts'
import type { IdempotencyRepository } from './repository.ts'

export interface IdempotencyServiceOptions {
  readonly db: Database
  readonly keys: IdempotencyRepository
  readonly sealer: Sealer
  readonly clock: Clock
}

/** Does the work in the caller's transaction, and keeps its answer there. */
export type Once = (transaction: Transaction, work: () => Promise<string>) => Promise<void>

class AlreadyDone extends Error {}

/** So few that no other write waits long for theirs. */
const resealedAtOnce = 100
const sealingPurpose = 'idempotency_keys.answer'

export class IdempotencyService {
  readonly #options: IdempotencyServiceOptions

  constructor(options: IdempotencyServiceOptions) {
    this.#options = options
  }

  /**
   * The answer of `perform`, which is done once however often the request is sent. Key and effect are stored in one
   * transaction, so that there is never the one without the other.
   * @throws `validation_failed` where the key came with another request
   */
  async answer(retry: Retry, perform: (once: Once) => Promise<void>): Promise<string> {
    const digest = digestOf(retry)
    const kept = await this.#recall(digest, retry)
    if (kept !== null) return kept
    let answer: string | null = null
    try {
      await perform(async (transaction, work) => {
        await this.#claim(transaction, digest, retry)
        answer = await work()
        await this.#keep(transaction, digest, answer)
      })
    } catch (error) {
      if (!(error instanceof AlreadyDone)) throw error
      answer = await this.#recall(digest, retry)
    }
    if (answer === null) throw new Failure(unavailable, { retryAfterSeconds: 1 })
    return answer
  }

  /**
   * Seals anew the next answers behind `after` that a previous master secret sealed.
   * @throws WrongMasterSecret, DamagedSeal
   */
  async reseal({ after, isTrial }: { after: string | null; isTrial: boolean }): Promise<ResealStep> {
    const { db, keys, sealer } = this.#options
    const answers = await keys.listSealed(db, { after: after ?? '', limit: resealedAtOnce })
    const changes = answers.flatMap(({ digest, answerSealed: read }) => {
      const resealed = sealer.reseal(read, { purpose: sealingPurpose, id: digest })
      return resealed === null ? [] : [{ digest, read, resealed }]
    })
    if (!isTrial)
      await inTransaction(db, async (transaction) => {
        for (const { digest, ...values } of changes) await keys.replaceAnswer(transaction, digest, values)
      })
    return { outdated: changes.length, next: answers.at(-1)?.digest ?? null }
  }

  /** @returns how many answers are gone that nobody may ask for any more, `limit` at the most */
  async purge(limit: number): Promise<number> {
    const { db, keys } = this.#options
    return await inTransaction(db, (transaction) => keys.deleteOld(transaction, this.#expiry(), limit))
  }

  async #recall(digest: string, retry: Retry): Promise<string | null> {
    const { db, keys, sealer } = this.#options
    const kept = await keys.find(db, digest, this.#expiry())
    if (kept === null) return null
    if (kept.requestDigest !== requestDigestOf(retry)) throw keyReused()
    return kept.answerSealed === null
      ? null
      : sealer.open(kept.answerSealed, { purpose: sealingPurpose, id: digest })
  }

  async #claim(transaction: Transaction, digest: string, retry: Retry): Promise<void> {
    const { keys, clock } = this.#options
    await keys.deleteExpired(transaction, digest, this.#expiry())
    const isFree = await keys.insert(transaction, digest, requestDigestOf(retry), clock.now())
    if (!isFree) throw new AlreadyDone()
  }

  async #keep(transaction: Transaction, digest: string, answer: string): Promise<void> {
    const { keys, sealer } = this.#options
    await keys.keepAnswer(transaction, digest, sealer.seal(answer, { purpose: sealingPurpose, id: digest }))
  }

  #expiry(): Date {
    return new Date(this.#options.clock.now().getTime() - retrySeconds * 1_000)
  }
}

// An answer may hold a secret. A short key could be met by chance or guessed, so it counts only where it came from.
function digestOf({ key, client }: Retry): string {
  const scope = key.length < unguessableLength ? client : 'anywhere'
  return digestSecret(`${scope} ${key}`)
}

function requestDigestOf({ request }: Retry): string {
  return digestSecret(JSON.stringify(request))
}

function keyReused(): Failure {
  const detail = 'This Idempotency-Key came with another request before. Use a new one for each new request.'
  return invalidFields({ pointer: '', code: 'idempotency_key_reused', detail })
}
