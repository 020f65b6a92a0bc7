import type { KeyedDigests } from '../../../platform/crypto/keyed-digests.ts'
import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { dayMs } from '../../../platform/kernel/durations.ts'
import type { Recipient } from '../model.ts'
import { type Bounce, markedDays } from './model.ts'
import type { BouncesRepository } from './repository.ts'

export interface BouncesOptions {
  readonly db: Database
  readonly bounces: BouncesRepository
  readonly keyedDigests: KeyedDigests
  readonly clock: Clock
}

type Address = Pick<Recipient, 'channel' | 'canonical'>

/**
 * Remembers the addresses that providers could not deliver to, so that Proxima notifies owners by another contact, and
 * does not spoil its reputation as a sender. It stores keyed digests only: the addresses of people without an account
 * are no business of this server (A85).
 */
export class BouncesService {
  readonly #options: BouncesOptions

  constructor(options: BouncesOptions) {
    this.#options = options
  }

  /** Marks the address as undeliverable, whether or not an account has it (I4). Repeated reports change nothing. */
  async record({ at, ...address }: Bounce): Promise<void> {
    const { db, bounces, clock, keyedDigests } = this.#options
    // A time in the future would outlast every later confirmation of the address.
    const bouncedAt = new Date(Math.min(at.getTime(), clock.now().getTime()))
    const digest = keyedDigests.digest(...digested(address))
    await inTransaction(db, async (transaction) => {
      if (await bounces.postpone(transaction, digest, bouncedAt)) return
      const known = await bounces.find(transaction, [digest])
      if (known.size === 0) await bounces.insert(transaction, digest, bouncedAt)
    })
  }

  /**
   * The recipients whose address has bounced since its owner last proved that they receive what is sent there. No mark
   * must be removed then, so no confirmation of an address can forget to.
   */
  async undeliverable(db: Database, recipients: readonly Recipient[]): Promise<ReadonlySet<Recipient>> {
    if (recipients.length === 0) return new Set()
    const { bounces, keyedDigests } = this.#options
    const candidates = recipients.map((each) => keyedDigests.candidates(...digested(each)))
    const bouncedAt = await bounces.find(db, candidates.flat())
    return new Set(
      recipients.filter(({ verifiedAt }, index) =>
        (candidates[index] ?? []).some((digest) => isLater(bouncedAt.get(digest), verifiedAt)),
      ),
    )
  }

  /** Forgets old bounces. @returns how many, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { db, bounces, clock } = this.#options
    const until = new Date(clock.now().getTime() - markedDays * dayMs)
    return await inTransaction(db, (transaction) => bounces.deleteOld(transaction, until, limit))
  }
}

function digested({ channel, canonical }: Address) {
  return ['bounced-address', [channel, canonical]] as const
}

function isLater(bouncedAt: Date | undefined, verifiedAt: Date | null): boolean {
  return bouncedAt !== undefined && (verifiedAt === null || bouncedAt > verifiedAt)
}
