import { digestSecret } from '../../../platform/crypto/digests.ts'
import type { KeyedDigests } from '../../../platform/crypto/keyed-digests.ts'
import { randomDigits, randomSecret } from '../../../platform/crypto/random.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { type AccountId, type CodeId, newId } from '../../../platform/kernel/ids.ts'
import { isRecent, remainingMs } from '../../../platform/kernel/time-bounds.ts'
import type { Guess } from '../../safeguards/rate-limits/guesses/model.ts'
import type { GuessesService } from '../../safeguards/rate-limits/guesses/service.ts'
import {
  type AnyBinding,
  type AnyPurpose,
  type CodeBinding,
  type CodeContact,
  type CodeLifetimes,
  type CodeRefusal,
  codeLifetimes,
  type IssuedCode,
  type NewCode,
  readTypedCode,
  resendSeconds,
} from './model.ts'
import type { CodesRepository, StoredCode } from './repository.ts'

export interface CodesServiceOptions {
  readonly db: Database
  readonly codes: CodesRepository
  readonly keyedDigests: KeyedDigests
  readonly guesses: Pick<GuessesService, 'evaluate'>
  readonly clock: Clock
  readonly lifetimes?: Readonly<Record<AnyPurpose, CodeLifetimes>>
  /** Called with the contact of each code that is used, in the transaction that uses it. */
  readonly onUsed?: (transaction: Transaction, contact: CodeContact) => Promise<void>
}

type HeldCode = Omit<AnyBinding, 'flow'>

/** A code that someone typed. */
export interface CodeGuess
  extends CodeBinding,
    Pick<Guess<unknown>, 'typed' | 'context' | 'action' | 'auditSubject'> {
  /** As it was typed. */
  readonly code: string
  /**
   * What wrong guesses are counted for. Neither a new code nor a new flow may give it another value. If an attacker can
   * make correct guesses for the holder, such as with a contact of their own, it must be the contact: a correct guess
   * starts the count again.
   */
  readonly subject: Guess<unknown>['subject']
}

/** The result of a right code. Nothing is used up yet. */
export interface CodeProof {
  readonly isRight: true
  readonly accountId: AccountId
  /**
   * Uses the code, in the transaction of the action that it was given for.
   * @param contacts the contacts that the action accepts, as this transaction reads them: a code proves the contact
   * that it was sent to and no other, even if the contact was changed in the meantime (I5)
   * @returns the contact that the code proves; null if the code was used or replaced in the meantime, or if it was sent
   * to none of the contacts. The action must not happen then.
   */
  readonly use: (transaction: Transaction, contacts: readonly CodeContact[]) => Promise<CodeContact | null>
}

const wrong: CodeRefusal = { isRight: false, isExpired: false, isLimited: false }
const expired: CodeRefusal = { ...wrong, isExpired: true }

/** With the prefix, a scanner for leaked secrets can recognize the token of a link. */
const linkPrefix = 'pxl_'

/**
 * One-time codes that are sent to a contact: six digits to type, and a token for a link. Every purpose uses them.
 *
 * 1. `issue` makes a code, in the transaction that writes its message.
 * 2. `check` evaluates typed digits: the guess is counted before the verdict. `checkLink` looks up the token of a link.
 *    Neither uses anything up, so a program that opens links does no harm (A90).
 * 3. `use` of the proof uses the code, in the transaction of the action. Of all who try, one succeeds (I1, A81).
 */
export class CodesService {
  readonly #options: CodesServiceOptions

  constructor(options: CodesServiceOptions) {
    this.#options = options
  }

  /** How long a new code for the holder should wait, because the last one was sent a moment ago; 0 if it need not. */
  async secondsUntilNext(db: Database, held: HeldCode): Promise<number> {
    const { clock, codes } = this.#options
    const last = await codes.find(db, slotOf(held))
    if (last === null) return 0
    const opensAt = new Date(last.createdAt.getTime() + resendSeconds * 1_000)
    return Math.ceil(remainingMs(opensAt, clock.now(), resendSeconds * 1_000) / 1_000)
  }

  /** What the holder's code names, with the contact as a digest; null if there is none, or if it has expired. */
  async namedBy(
    db: Database,
    held: HeldCode,
  ): Promise<{ readonly accountId: AccountId | null; readonly contactDigest: string } | null> {
    const stored = await this.#options.codes.find(db, slotOf(held))
    if (stored === null || !this.#isValid(stored, longest(this.#lifetimes(held.purpose)))) return null
    return stored
  }

  /** When the code of the holder was made, if it was made for this contact; null if there is none. */
  async issuedAt(db: Database, held: HeldCode, contact: CodeContact): Promise<Date | null> {
    const { codes, keyedDigests } = this.#options
    const stored = await codes.find(db, slotOf(held))
    const digest = stored?.contactDigest ?? ''
    return keyedDigests.matches(digest, 'code-contact', partsOf(contact)) ? (stored?.createdAt ?? null) : null
  }

  /**
   * Makes a code, which invalidates the older one of its holder and purpose (A82).
   * @param send puts the message with the code into the outbox, and returns whether it will be sent. If a cap withholds
   * it, the older code stays valid: otherwise anyone could invalidate it, again and again, without a new one. It is told
   * whether the last code was made less than a minute ago.
   */
  async issue(
    transaction: Transaction,
    requested: NewCode,
    send: (issued: IssuedCode, wasJustIssued: boolean) => Promise<boolean>,
  ): Promise<void> {
    const { clock, codes } = this.#options
    const issued = { code: randomDigits(), linkToken: randomSecret(linkPrefix) }
    const code = this.#stored(requested, issued, clock.now())
    const expiresAt = new Date(code.createdAt.getTime() + longest(this.#lifetimes(requested.purpose)))
    // Locks the last code, so that of two requests at once the second sees the code of the first. Without a code to lock,
    // the second one fails to insert its own, and its transaction starts again.
    const isFilled = await codes.touch(transaction, code.slot)
    const isSent = await send(issued, (await this.secondsUntilNext(transaction, requested)) > 0)
    // As many statements in each case: their time must not reveal how many messages an address has got.
    if (!isFilled) await codes.insert(transaction, code, expiresAt)
    else if (isSent) await codes.replace(transaction, code, expiresAt)
    else await codes.touch(transaction, code.slot)
  }

  /**
   * Evaluates a typed code. A holder without a code takes the same path, so that the time reveals nothing (I4).
   * @throws `rate_limited`
   */
  async check({ code, ...guess }: CodeGuess): Promise<CodeProof | CodeRefusal> {
    const { guesses } = this.#options
    const digits = readTypedCode(code)
    // It cannot be right, so it is no guess.
    if (digits === null) return wrong
    const { purpose: authenticator, subject, typed, context, action, auditSubject } = guess
    const result = await guesses.evaluate({
      authenticator,
      subject,
      typed,
      context,
      action,
      auditSubject,
      verify: async (count) => {
        await count()
        return await this.#verify(guess, digits)
      },
    })
    if (!result.isRight) return { ...wrong, isLimited: result.isLimited }
    const stored = result.value
    if (!this.#isValid(stored, this.#lifetimes(guess.purpose).codeMs)) return expired
    return this.#proof(stored, { refund: result.confirm })
  }

  /**
   * Looks up the token of a link. Its 256 bits cannot be guessed, so tries are not counted (ASVS 6.6.3), and wrong typed
   * codes do not lock it.
   * @param flow the flow that requested the code, if it was bound to one
   */
  async checkLink(
    db: Database,
    purpose: AnyPurpose,
    linkToken: string,
    flow: string | null = null,
  ): Promise<CodeProof | CodeRefusal> {
    const { codes, keyedDigests } = this.#options
    const parts = linkParts({ purpose, flow }, linkToken)
    const stored = await codes.findByLink(db, keyedDigests.candidates('link', parts))
    if (stored === null) return wrong
    const { codeMs, linkMs } = this.#lifetimes(purpose)
    // A code without digits was sent to no one, so its use says nothing about the codes that were sent.
    return this.#isValid(stored, linkMs) ? this.#proof(stored, { wasSent: codeMs > 0 }) : expired
  }

  /** Invalidates the code of the holder. @returns whether there was one */
  async cancel(transaction: Transaction, held: HeldCode): Promise<boolean> {
    return await this.#options.codes.deleteSlot(transaction, slotOf(held))
  }

  /** Invalidates every code of the account, of every purpose. */
  async cancelAll(transaction: Transaction, accountId: AccountId): Promise<void> {
    await this.#options.codes.deleteByAccount(transaction, accountId)
  }

  /** Deletes codes that have expired. @returns how many, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { db, codes, clock } = this.#options
    return await inTransaction(db, (transaction) => codes.deleteExpired(transaction, clock.now(), limit))
  }

  #stored(requested: NewCode, { code, linkToken }: IssuedCode, createdAt: Date): StoredCode {
    const { keyedDigests } = this.#options
    const id = newId<CodeId>()
    return {
      slot: slotOf(requested),
      id,
      accountId: requested.accountId,
      contactDigest: keyedDigests.digest('code-contact', partsOf(requested.contact)),
      codeDigest: keyedDigests.digest('code', codeParts(id, requested, code)),
      linkDigest: keyedDigests.digest('link', linkParts(requested, linkToken)),
      createdAt,
    }
  }

  async #verify(binding: CodeBinding, digits: string): Promise<StoredCode | null> {
    const { codes, db, keyedDigests } = this.#options
    const stored = await codes.find(db, slotOf(binding))
    const digest = stored?.codeDigest ?? ''
    const parts = codeParts(stored?.id ?? newId<CodeId>(), binding, digits)
    return keyedDigests.matches(digest, 'code', parts) ? stored : null
  }

  /** `refund` refunds the guess; a link has none. `wasSent` is false for a code without digits. */
  #proof(
    stored: StoredCode,
    {
      refund = async () => undefined,
      wasSent = true,
    }: { readonly refund?: (transaction: Transaction) => Promise<void>; readonly wasSent?: boolean },
  ): CodeProof | CodeRefusal {
    const { codes, keyedDigests } = this.#options
    const { accountId, contactDigest } = stored
    if (accountId === null) return wrong
    const isSentTo = (contact: CodeContact) =>
      keyedDigests.matches(contactDigest, 'code-contact', partsOf(contact))
    const use: CodeProof['use'] = async (transaction, contacts) => {
      const proved = contacts.find(isSentTo)
      if (proved === undefined || !(await codes.delete(transaction, stored))) return null
      await refund(transaction)
      if (wasSent) await this.#options.onUsed?.(transaction, proved)
      return proved
    }
    return { isRight: true, accountId, use }
  }

  #lifetimes(purpose: AnyPurpose): CodeLifetimes {
    return (this.#options.lifetimes ?? codeLifetimes)[purpose]
  }

  #isValid({ createdAt }: StoredCode, lifetimeMs: number): boolean {
    return isRecent(createdAt, this.#options.clock.now(), lifetimeMs)
  }
}

function slotOf({ purpose, holder }: HeldCode): string {
  return digestSecret(JSON.stringify([purpose, holder]))
}

function codeParts(id: CodeId, { purpose, holder, flow }: AnyBinding, digits: string) {
  return [id, purpose, JSON.stringify(holder), flow, digits]
}

function linkParts({ purpose, flow }: Pick<AnyBinding, 'purpose' | 'flow'>, linkToken: string) {
  return flow === null ? [purpose, linkToken] : [purpose, linkToken, flow]
}

function partsOf({ kind, canonical }: CodeContact): readonly string[] {
  return [kind, canonical]
}

function longest({ codeMs, linkMs }: CodeLifetimes): number {
  return Math.max(codeMs, linkMs)
}
