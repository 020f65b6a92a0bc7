import { digestSecret } from '../../../platform/crypto/digests.ts'
import { randomSecret } from '../../../platform/crypto/random.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { type AccountId, type ChallengeId, newId } from '../../../platform/kernel/ids.ts'
import { isRecent } from '../../../platform/kernel/time-bounds.ts'
import { type Challenge, challengeMs, type PendingSignIn } from './model.ts'
import type { ChallengesRepository } from './repository.ts'

export interface ChallengesOptions {
  readonly db: Database
  readonly challenges: ChallengesRepository
  readonly clock: Clock
}

/** With the prefix, a scanner for leaked secrets can recognize a challenge. */
const prefix = 'pxm_'

/**
 * Sign-ins that wait for a second factor. The challenge is good for nothing but to finish its sign-in (I7): no route
 * takes it as a credential, and only its digest is stored.
 */
export class ChallengesService {
  readonly #options: ChallengesOptions

  constructor(options: ChallengesOptions) {
    this.#options = options
  }

  /** @returns the challenge, which is shown only once */
  async start(transaction: Transaction, pending: PendingSignIn): Promise<string> {
    const { challenges, clock } = this.#options
    const challenge = randomSecret(prefix)
    const createdAt = clock.now()
    const expiresAt = new Date(createdAt.getTime() + challengeMs)
    const stored = { ...pending, id: newId<ChallengeId>(), createdAt, expiresAt }
    await challenges.insert(transaction, stored, digestSecret(challenge))
    return challenge
  }

  /** Null if there is no such challenge, if it was used, or if it has expired. */
  async find(db: Database, challenge: string): Promise<Challenge | null> {
    const found = await this.#options.challenges.findByDigest(db, digestSecret(challenge))
    return found !== null && this.#isValid(found) ? found : null
  }

  /** Uses it up, in the transaction that signs in. @returns false if it was used or ended in the meantime */
  async use(transaction: Transaction, challenge: Challenge): Promise<boolean> {
    return (await this.#options.challenges.delete(transaction, challenge.id)) && this.#isValid(challenge)
  }

  /** Ends every sign-in of the account that waits for a second factor. */
  async endAll(transaction: Transaction, accountId: AccountId): Promise<void> {
    await this.#options.challenges.deleteByAccount(transaction, accountId)
  }

  /** Ends every sign-in that waits for a second factor. */
  async endEvery(db: Database): Promise<void> {
    await this.#options.challenges.deleteEvery(db)
  }

  /** Deletes challenges that have expired. @returns how many, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { challenges, clock, db } = this.#options
    return await inTransaction(db, (transaction) => challenges.deleteExpired(transaction, clock.now(), limit))
  }

  /** As long as since its start, whatever another server's clock says (see `time-bounds.ts`). */
  #isValid({ createdAt }: Challenge): boolean {
    return isRecent(createdAt, this.#options.clock.now(), challengeMs)
  }
}
