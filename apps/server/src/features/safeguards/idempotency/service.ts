import { digestSecret } from '../../../platform/crypto/digests.ts'
import type { ResealStep, Sealer } from '../../../platform/crypto/sealing.ts'
import { resealBatchSize, resealPage } from '../../../platform/database/resealing.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { networkKey } from '../../../platform/kernel/addresses.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { type Limiter, takeOrThrow } from '../../../platform/kernel/limiter.ts'
import type { Holder } from '../../../platform/kernel/places.ts'
import { invalidFields, unavailable } from '../../../platform/kernel/problems.ts'
import { clientKeyOf, type RequestContext } from '../../../platform/kernel/request-context.ts'
import { type Window, windowAround } from '../../../platform/kernel/time-bounds.ts'
import { answersPerDay, isUnguessable, type Retry, retrySeconds, type StoredAnswer } from './model.ts'
import type { IdempotencyRepository } from './repository.ts'

export interface IdempotencyServiceOptions {
  readonly db: Database
  readonly keys: IdempotencyRepository
  readonly sealer: Sealer
  readonly limiter: Limiter
  readonly clock: Clock
}

/** The answer of the work, and the account that it is about. */
export interface WorkResult {
  readonly answer: string
  readonly accountId: AccountId | null
}

/** Does the work in the transaction of the caller, and stores the answer there. */
export type Once = (transaction: Transaction, work: () => Promise<WorkResult>) => Promise<void>

/** A call of someone who is signed in. They may send it again if they do not receive the answer. */
export interface RepeatableCall<Result, Proof> {
  /** Null if the caller sent none. */
  readonly key: string | null
  /** Unlike that of any other call. */
  readonly operation: string
  /** Null for the command line, which repeats nothing. */
  readonly callerId: AccountId | null
  readonly context: RequestContext
  /** Everything that the caller asked for. */
  readonly input: object
  /** Runs before the work, and before a stored secret is shown again. @throws unless the caller may have the result */
  readonly authorise: (transaction: Transaction) => Promise<Proof>
  /** @returns what JSON can hold, and times in fields whose names end in `At` */
  readonly work: (transaction: Transaction, proof: Proof) => Promise<Result>
  /** The account whose erasure also deletes the stored result. */
  readonly accountIdOf: (result: Result) => AccountId | null
  /** Null if the result has no secret. Otherwise, the audit trail must show who got the secret again. */
  readonly recordRepetition:
    | ((transaction: Transaction, result: Result, proof: Proof) => Promise<void>)
    | null
}

/** For calls that need no more proof than the access of their route. */
export const accessOfRoute = async (): Promise<void> => undefined

class AlreadyDone extends Error {}

const sealingPurpose = 'idempotency_keys.answer'

export class IdempotencyService {
  readonly #options: IdempotencyServiceOptions

  constructor(options: IdempotencyServiceOptions) {
    this.#options = options
  }

  /**
   * Returns the answer of `perform`, which runs once however often the request is sent. The key and the effect are
   * stored in one transaction, so that neither exists without the other.
   * @throws `validation_failed` if the key was used for a different request, or someone could guess it and get a secret;
   * `rate_limited`
   */
  async answer(retry: Retry, perform: (once: Once) => Promise<void>): Promise<string> {
    if (isRisky(retry)) throw keyGuessable()
    const digest = digestOf(retry)
    const stored = await this.#recall(digest, retry)
    if (stored !== null) return stored
    const giveBack = await this.#takeShare(retry.holder)
    let answer: string | null = null
    try {
      await perform(async (transaction, work) => {
        await this.#claim(transaction, digest)
        const result = await work()
        answer = result.answer
        const toStore = { request: requestDigestOf(retry), answer }
        await this.#store(transaction, digest, toStore, result.accountId)
      })
    } catch (error) {
      await giveBack()
      // The same request may have succeeded at the same time, and may itself be the reason for this failure: it may
      // have taken a username that is now taken.
      answer = await this.#recall(digest, retry)
      if (answer === null && !(error instanceof AlreadyDone)) throw error
    }
    if (answer === null) throw new Failure(unavailable, { retryAfterSeconds: 1 })
    return answer
  }

  /**
   * Does the work of a call in a transaction. With a key, this happens once, however often the caller sends it.
   * @throws what `answer`, `authorise` and `work` throw
   */
  async doOnce<Result, Proof>(call: RepeatableCall<Result, Proof>): Promise<Result> {
    const { db } = this.#options
    const { accountIdOf, authorise, recordRepetition, work } = call
    const retry = retryOf(call)
    if (retry === null)
      return await inTransaction(db, async (transaction) => work(transaction, await authorise(transaction)))
    let isDone = false
    const answer = await this.answer(retry, async (once) => {
      await inTransaction(db, async (transaction) => {
        const proof = await authorise(transaction)
        await once(transaction, async () => {
          const result = await work(transaction, proof)
          return { answer: JSON.stringify(result), accountId: accountIdOf(result) }
        })
      })
      isDone = true
    })
    const result = readResult<Result>(answer)
    if (!isDone && recordRepetition !== null)
      await inTransaction(db, async (transaction) =>
        recordRepetition(transaction, result, await authorise(transaction)),
      )
    return result
  }

  /**
   * Reseals the next answers after `after` that a previous master secret sealed.
   * @throws WrongMasterSecret, DamagedSeal
   */
  async reseal({ after, dryRun }: { after: string | null; dryRun: boolean }): Promise<ResealStep> {
    const { db, keys, sealer } = this.#options
    return await resealPage(db, {
      dryRun,
      rows: await keys.listSealed(db, { after: after ?? '', limit: resealBatchSize }),
      keyOf: ({ digest }) => digest,
      changesOf: ({ digest, answerSealed: read }) => {
        const resealed = sealer.reseal(read, { purpose: sealingPurpose, id: digest })
        return resealed === null ? [] : [{ digest, read, resealed }]
      },
      replace: (transaction, { digest, ...values }) => keys.replaceAnswer(transaction, digest, values),
    })
  }

  /** Deletes expired answers. @returns how many, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { db, keys } = this.#options
    return await inTransaction(db, (transaction) => keys.deleteOld(transaction, this.#window().after, limit))
  }

  /** Deletes the answers about the account. After that, the same request counts as a new one. */
  async forget(transaction: Transaction, accountId: AccountId): Promise<void> {
    await this.#options.keys.deleteByAccount(transaction, accountId)
  }

  /**
   * Counts the answer that will be stored.
   * @returns a function that takes it back: a request that stores nothing must not use up the share of others
   * @throws `rate_limited`
   */
  async #takeShare({ account, client }: Holder): Promise<() => Promise<void>> {
    const { limiter } = this.#options
    const share = (name: string, quota: number, key: string) =>
      [{ name, quota, windowSeconds: retrySeconds }, key] as const
    const shares = [
      ...(account === '' ? [] : [share('idempotency-of-account', answersPerDay.account, account)]),
      share('idempotency', answersPerDay.client, client),
      share('idempotency-network', answersPerDay.network, networkKey(client)),
    ]
    for (const [policy, key] of shares) await takeOrThrow(limiter, policy, key)
    return async () => {
      for (const [policy, key] of shares) await limiter.refund(policy, key)
    }
  }

  async #recall(digest: string, retry: Retry): Promise<string | null> {
    const { db, keys, sealer } = this.#options
    const sealed = await keys.findAnswer(db, digest, this.#window())
    if (sealed === null) return null
    const stored = JSON.parse(sealer.open(sealed, { purpose: sealingPurpose, id: digest })) as StoredAnswer
    if (stored.request !== requestDigestOf(retry)) throw keyReused()
    return stored.answer
  }

  async #claim(transaction: Transaction, digest: string): Promise<void> {
    const { keys, clock } = this.#options
    await keys.deleteOutside(transaction, digest, this.#window())
    if (!(await keys.insert(transaction, digest, clock.now()))) throw new AlreadyDone()
  }

  async #store(
    transaction: Transaction,
    digest: string,
    answer: StoredAnswer,
    accountId: AccountId | null,
  ): Promise<void> {
    const { keys, sealer } = this.#options
    const sealed = sealer.seal(JSON.stringify(answer), { purpose: sealingPurpose, id: digest })
    await keys.storeAnswer(transaction, digest, { sealed, accountId })
  }

  #window(): Window {
    return windowAround(this.#options.clock.now(), retrySeconds * 1_000)
  }
}

function retryOf<Result, Proof>(call: RepeatableCall<Result, Proof>): Retry | null {
  const { callerId, context, input, key, operation, recordRepetition } = call
  if (key === null || callerId === null) return null
  return {
    key,
    client: callerId,
    // The caller is part of the request: otherwise the same key would return the result, and its secret, to another one.
    request: { operation, callerId, input },
    holder: { client: clientKeyOf(context), account: callerId },
    holdsSecret: recordRepetition !== null,
  }
}

function readResult<Result>(answer: string): Result {
  return JSON.parse(answer, (name, value: unknown) =>
    typeof value === 'string' && name.endsWith('At') ? new Date(value) : value,
  ) as Result
}

/**
 * Before sign-in, a client is an address, and many people share one. With a key such as `1`, the next of them who asks
 * for the same username would get the secret of the first.
 */
function isRisky({ key, holder, holdsSecret }: Retry): boolean {
  return holdsSecret && holder.account === '' && !isUnguessable(key)
}

// A key that someone could guess, or use by chance, is valid only for its own client.
function digestOf({ key, client }: Retry): string {
  return digestSecret(JSON.stringify(isUnguessable(key) ? [key] : [key, client]))
}

function requestDigestOf({ request }: Retry): string {
  return digestSecret(JSON.stringify(request))
}

function keyGuessable(): Failure {
  const detail =
    'This Idempotency-Key is easy to guess, and the answer contains a user secret. Use a random UUID as the key.'
  return invalidFields({ pointer: '', code: 'idempotency_key_guessable', detail })
}

function keyReused(): Failure {
  const detail = 'This Idempotency-Key was used with another request. Use a new key for each new request.'
  return invalidFields({ pointer: '', code: 'idempotency_key_reused', detail })
}
