import { digestSecret } from '../../../platform/crypto/digests.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { Guess } from '../../safeguards/rate-limits/guesses/model.ts'
import type { GuessesService } from '../../safeguards/rate-limits/guesses/service.ts'
import type { AuthenticationMethod } from '../../session-management/sessions/model.ts'
import { guessSubjectOf } from '../../users/accounts/model.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import type { FactorGuess, PasskeyAssertion } from '../factors/model.ts'
import { verifyAssertion } from './answers.ts'
import type { Ceremony } from './ceremonies/model.ts'
import {
  isNextCount,
  isSameEligibility,
  type Passkey,
  type PasskeyUse,
  type RelyingParty,
  userHandleOf,
} from './model.ts'
import type { PasskeysRepository } from './repository.ts'

export interface PasskeyAssertionsOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'find'>
  readonly passkeys: PasskeysRepository
  readonly guesses: Pick<GuessesService, 'evaluate'>
  readonly outbox: Pick<OutboxService, 'notifyEveryContact'>
  readonly clock: Clock
  readonly relyingParty: () => RelyingParty
}

/** The answer of a browser, and what it was asked; null if no one has asked for this answer, or no one any longer. */
export interface GivenAssertion {
  readonly ceremony: Ceremony | null
  readonly response: PasskeyAssertion
}

/** A right answer. Nothing is used up yet. */
export interface ProvenPasskey {
  readonly passkey: Passkey
  readonly methods: readonly AuthenticationMethod[]
  /** Stores the use, in the transaction of the action that it is for. @returns false if the passkey has changed since */
  use(transaction: Transaction): Promise<boolean>
}

export type IdentifiedOwner =
  | { readonly isRight: true; readonly account: Account; readonly proven: ProvenPasskey }
  /** The account is that of the passkey; null if no one has it. For the audit trail alone. */
  | { readonly isRight: false; readonly account: Account | null; readonly isLimited: boolean }

type GuessParts = Pick<Guess<unknown>, 'subject' | 'typed' | 'action' | 'auditSubject' | 'context'>

/** An ES256 key that no one has, against which answers for unknown passkeys are verified: that takes as long (I4). */
const nobodysKey =
  'pQECAyYgASFYIHgdXl2XKpVp0dIu5owCjus_LuEe48RdtHVrSPfT6rhBIlggtVUmH9a4pmKIwULQx9FWp-Aae-BCKeKaoRfzxceb6bQ'

/** Evaluates what passkeys have signed. Every answer counts as a guess at the account (I3). */
export class PasskeyAssertions {
  readonly #options: PasskeyAssertionsOptions

  constructor(options: PasskeyAssertionsOptions) {
    this.#options = options
  }

  /**
   * Finds the owner of a passkey, and verifies its answer. The work, the answer and the budgets are the same for a passkey
   * that no one has (I4). Never call it inside a transaction.
   * @throws `rate_limited`
   */
  async identify(
    { ceremony, response }: GivenAssertion,
    parts: Pick<GuessParts, 'action' | 'context'>,
  ): Promise<IdentifiedOwner> {
    const { accounts, db, passkeys } = this.#options
    const passkey = await passkeys.findByCredential(db, response.id)
    const account = passkey && (await accounts.find(db, passkey.accountId))
    // A stranger learns from `rate_limited` only how often this passkey was tried, whether or not it is known.
    const typed = ['passkey', digestSecret(response.id)]
    const result = await this.#evaluate(
      {
        ...parts,
        subject: account === null ? ['nobody', ...typed] : guessSubjectOf(account.id),
        typed,
        auditSubject: { accountId: account?.id ?? null },
      },
      { account, ceremony, passkey, response, isNamed: ceremony?.purpose === 'sign_in_as' },
    )
    if (!result.isRight || account === null)
      return { isRight: false, account, isLimited: !result.isRight && result.isLimited }
    return { isRight: true, account, proven: result.proven }
  }

  /**
   * Verifies the answer of a passkey of this account. Never call it inside a transaction.
   * @returns null if it is refused @throws `rate_limited`
   */
  async evaluateOwn(
    { account, action, auditSubject, context }: Omit<FactorGuess, 'given'>,
    { ceremony, response }: GivenAssertion,
  ): Promise<ProvenPasskey | null> {
    const { db, passkeys } = this.#options
    const found = await passkeys.findByCredential(db, response.id)
    const passkey = found?.accountId === account.id ? found : null
    const subject = guessSubjectOf(account.id)
    const result = await this.#evaluate(
      { subject, typed: null, action, auditSubject, context },
      { account, ceremony, passkey, response, isNamed: true },
    )
    return result.isRight ? result.proven : null
  }

  async #evaluate(parts: GuessParts, given: Given) {
    const { clock, guesses, passkeys } = this.#options
    const result = await guesses.evaluate({
      ...parts,
      authenticator: 'passkey',
      verify: async (count) => {
        const isTaken = await count()
        const right = await this.#verify(given)
        if (right === null || !isTaken) return null
        if (isNextCount(right.passkey.counter, right.verified.counter)) return right
        await this.#notifyOfCopy(right.account, parts)
        return null
      },
    })
    if (!result.isRight) return result
    const { passkey, verified } = result.value
    const use: PasskeyUse = { ...verified, usedAt: clock.now() }
    const proven: ProvenPasskey = {
      passkey,
      methods: ['passkey'],
      use: async (transaction) => {
        if (!(await passkeys.use(transaction, passkey, use))) return false
        await result.confirm(transaction)
        return true
      },
    }
    return { isRight: true, proven } as const
  }

  async #verify({ account, ceremony, isNamed, passkey, response }: Given) {
    const { relyingParty } = this.#options
    const { credentialId, publicKey } = passkey ?? { credentialId: response.id, publicKey: nobodysKey }
    const expected = { challenge: ceremony?.challenge ?? '', relyingParty: relyingParty() }
    const verified = await verifyAssertion(response, expected, { credentialId, publicKey })
    if (verified === null || ceremony === null || passkey === null || account === null) return null
    if (isNamed && ceremony.accountId !== account.id) return null
    if (!isOfOwner(response, account.id, isNamed)) return null
    return isSameEligibility(passkey.backupState, verified.backupState)
      ? { account, passkey, verified }
      : null
  }

  async #notifyOfCopy(account: Account, { context }: Pick<GuessParts, 'context'>): Promise<void> {
    const { db, outbox } = this.#options
    await inTransaction(db, (transaction) =>
      outbox.notifyEveryContact(transaction, account, 'passkey_copied', { context }),
    )
  }
}

interface Given extends GivenAssertion {
  readonly passkey: Passkey | null
  /** The owner of the passkey; null if no one has it. */
  readonly account: Account | null
  /** True if only the passkey of one account will do. */
  readonly isNamed: boolean
}

/** WebAuthn Level 3 §7.2, step 6: without a name before, the answer itself must say whose passkey it is. */
function isOfOwner({ response }: PasskeyAssertion, accountId: AccountId, isNamed: boolean): boolean {
  const handle = response.userHandle ?? null
  return handle === null ? isNamed : handle === userHandleOf(accountId)
}
