import type { KeyedDigests } from '../../../platform/crypto/keyed-digests.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { dayMs } from '../../../platform/kernel/durations.ts'
import type { AccountId, SessionId } from '../../../platform/kernel/ids.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { CodesService } from '../../authenticators/codes/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { ContactsService } from '../../users/accounts/contacts/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import {
  noticesPerDayMax,
  placeAccuracyMs,
  placeDays,
  placesMax,
  placesOf,
  reportOf,
  type Where,
} from './model.ts'
import type { Place, PlacesRepository } from './repository.ts'

export interface NewSignInsOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'get' | 'lockActive'>
  readonly codes: Pick<CodesService, 'issue'>
  readonly contacts: Pick<ContactsService, 'find'>
  readonly keyedDigests: Pick<KeyedDigests, 'candidates'>
  readonly outbox: Pick<OutboxService, 'notifyByMail' | 'sentSince'>
  readonly places: PlacesRepository
  readonly clock: Clock
  readonly isOn: boolean
  /** How many sign-ins to remember while the database is busy. */
  readonly notedMax?: number
}

/** A sign-in that has succeeded. */
export interface NotedSignIn {
  readonly accountId: AccountId
  readonly sessionId: SessionId
  readonly context: RequestContext
}

/**
 * Notifies owners of a sign-in from a device or a network that their account has not seen before. No sign-in waits for it:
 * it is noted, and looked up once a second. A crash loses the last second, and the notice then comes with the next
 * sign-in from there, because the place and its notice are stored together.
 *
 * A place is stored as a keyed digest, so the database does not say where people are (A85).
 */
export class NewSignIns {
  readonly #options: Required<NewSignInsOptions>
  #noted: NotedSignIn[] = []
  #flushing: Promise<void> = Promise.resolve()

  constructor(options: NewSignInsOptions) {
    this.#options = { notedMax: 10_000, ...options }
  }

  /** Called for each sign-in of a person. */
  note({ kind, id }: Pick<Account, 'kind' | 'id'>, sessionId: SessionId, context: RequestContext): void {
    const { isOn, notedMax } = this.#options
    if (!isOn || kind !== 'person' || context.ipAddress === null || this.#noted.length >= notedMax) return
    this.#noted.push({ accountId: id, sessionId, context })
  }

  /** Looks at every sign-in that was noted before the call. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.catch(() => undefined).then(() => this.#store())
    return this.#flushing
  }

  /** Forgets these devices and networks, so that the next sign-in from there is new again. */
  async forget(transaction: Transaction, accountId: AccountId, used: readonly Where[]): Promise<void> {
    const digests = [...new Set(used.flatMap((where) => this.#digestsOf(accountId, where)).flat())]
    if (digests.length > 0) await this.#options.places.delete(transaction, accountId, digests)
  }

  /** Deletes places that were not seen for a long time. @returns how many, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { clock, db, places } = this.#options
    const until = new Date(clock.now().getTime() - placeDays * dayMs)
    return await inTransaction(db, (transaction) => places.deleteOld(transaction, until, limit))
  }

  async #store(): Promise<void> {
    while (this.#noted.length > 0) {
      const [next] = this.#noted
      if (next === undefined) return
      await this.#examine(next)
      this.#noted.shift()
    }
  }

  async #examine(signIn: NotedSignIn): Promise<void> {
    const { clock, db, places } = this.#options
    const { accountId, context } = signIn
    const known = await places.list(db, accountId)
    const oldestMs = clock.now().getTime() - placeAccuracyMs
    const recent = known.filter(({ seenAt }) => seenAt.getTime() > oldestMs).map(({ digest }) => digest)
    // The usual sign-in ends here, after one statement.
    if (this.#digestsOf(accountId, context).every((spellings) => hasOneOf(recent, spellings))) return
    await inTransaction(db, (transaction) => this.#remember(transaction, signIn))
  }

  async #remember(transaction: Transaction, signIn: NotedSignIn): Promise<void> {
    const { accounts, clock, places } = this.#options
    const { accountId, context } = signIn
    if (!(await accounts.lockActive(transaction, accountId))) return
    const known = await places.list(transaction, accountId)
    const digests = known.map(({ digest }) => digest)
    const all = this.#digestsOf(accountId, context)
    const now = clock.now()
    await places.touch(transaction, accountId, all.flat(), now)
    const unknown = all
      .filter((spellings) => !hasOneOf(digests, spellings))
      .flatMap(([current]) => current ?? [])
    if (unknown.length === 0) return
    await places.insert(transaction, accountId, unknown, now)
    await this.#forgetSurplus(transaction, accountId, known)
    // The first sign-in of an account is new to no one.
    if (known.length > 0) await this.#notify(transaction, signIn)
  }

  /** Otherwise one account could fill the table (I13). */
  async #forgetSurplus(
    transaction: Transaction,
    accountId: AccountId,
    known: readonly Place[],
  ): Promise<void> {
    const surplus = known.slice(placesMax - 2).map(({ digest }) => digest)
    if (surplus.length > 0) await this.#options.places.delete(transaction, accountId, surplus)
  }

  /** Only by mail, and only to an address that its owner has confirmed: the link is worth a recovery (A10). */
  async #notify(transaction: Transaction, { accountId, context, sessionId }: NotedSignIn): Promise<void> {
    const { accounts, clock, codes, contacts, outbox } = this.#options
    const contact = await contacts.find(transaction, accountId, 'email')
    if (contact === null || contact.verifiedAt === null) return
    const since = new Date(clock.now().getTime() - dayMs)
    if ((await outbox.sentSince(transaction, accountId, 'new_sign_in', since)) >= noticesPerDayMax) return
    const account = await accounts.get(transaction, accountId)
    const report = { ...reportOf(accountId, sessionId), accountId, contact }
    await codes.issue(transaction, report, async ({ linkToken }) =>
      outbox.notifyByMail(transaction, account, 'new_sign_in', { context, linkToken }),
    )
  }

  /** For each place its digest with each master secret, the current one first. */
  #digestsOf(accountId: AccountId, where: Where): readonly (readonly string[])[] {
    const { keyedDigests } = this.#options
    return placesOf(where).map((place) => keyedDigests.candidates('sign-in-place', [accountId, ...place]))
  }
}

function hasOneOf(digests: readonly string[], spellings: readonly string[]): boolean {
  return spellings.some((each) => digests.includes(each))
}
