import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { noAccountId } from '../../../platform/kernel/ids.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { type CodeRefusal, codeFailure, codeInvalid } from '../../authenticators/codes/model.ts'
import type { CodeProof, CodesService } from '../../authenticators/codes/service.ts'
import type { PasswordGuess, PasswordsService } from '../../authenticators/passwords/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { IdentifiersService, LookUp } from '../../users/accounts/identifiers/service.ts'
import { guessSubjectOf } from '../../users/accounts/model.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import { bindingOf, nobodysBinding } from '../verification/model.ts'
import type { VerificationService } from '../verification/service.ts'

export interface ConfirmationOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'activate' | 'find'>
  readonly audit: Pick<AuditService, 'refusal'>
  readonly codes: Pick<CodesService, 'check' | 'checkLink'>
  readonly identifiers: Pick<IdentifiersService, 'lookUp'>
  readonly passwords: Pick<PasswordsService, 'assertCapacity' | 'check'>
  readonly verification: Pick<VerificationService, 'complete'>
}

/** The address or number that a code was sent to, the code, and the password of the registration. */
export interface TypedConfirmation {
  readonly identifier: string
  readonly code: string
  readonly password: string
}

type Guess = Omit<PasswordGuess, 'password' | 'accountId'>

/**
 * Confirms an account that waits for it, with strict privacy. It needs the code, which only the owner of the address
 * gets, and the password, which only the person who registered knows. So no one can be made to confirm an account that
 * someone else has prepared with their address (A08, A09).
 */
export class ConfirmationService {
  readonly #options: ConfirmationOptions

  constructor(options: ConfirmationOptions) {
    this.#options = options
  }

  /**
   * An address without such an account takes the same path (I4).
   * @throws `code_invalid`, `code_expired`, `rate_limited`, `overloaded`
   */
  async withCode({ identifier, code, password }: TypedConfirmation, context: RequestContext): Promise<void> {
    const { codes, identifiers, passwords } = this.#options
    passwords.assertCapacity(context)
    const found = await identifiers.lookUp(identifier)
    const contact = contactOf(found)
    const account = contact === null ? null : ifPending(found.account)
    const auditSubject = { accountId: account?.id ?? null }
    const guess = { typed: found.typed, context, action: 'verification', auditSubject } as const
    const binding =
      account === null || contact === null ? nobodysBinding() : bindingOf(account.id, contact.kind)
    const result = await codes.check({
      ...guess,
      ...binding,
      code,
      // Apart from the tries of signed-in owners, whose codes cannot be used here: a stranger must not use those up.
      subject: ['registration', ...found.typed],
    })
    await this.#complete(account, { ...guess, subject: found.subject }, { password, result })
  }

  /** @throws `code_invalid`, `code_expired`, `rate_limited`, `overloaded` */
  async withLink(
    { token, password }: { readonly token: string; readonly password: string },
    context: RequestContext,
  ): Promise<void> {
    const { accounts, codes, db, passwords } = this.#options
    passwords.assertCapacity(context)
    const result = await codes.checkLink(db, 'verification', token)
    const account = result.isRight ? ifPending(await accounts.find(db, result.accountId)) : null
    const subject = account === null ? ['link', token] : guessSubjectOf(account.id)
    const auditSubject = { accountId: account?.id ?? null }
    const guess = { subject, typed: subject, context, action: 'verification', auditSubject } as const
    await this.#complete(account, guess, { password, result })
  }

  async #complete(
    account: Account | null,
    guess: Guess,
    { password, result }: { readonly password: string; readonly result: CodeProof | CodeRefusal },
  ): Promise<void> {
    const { accounts, audit, db, passwords, verification } = this.#options
    const { context } = guess
    // Also without an account, because the time must not reveal which.
    const proof = await passwords.check({ ...guess, accountId: account?.id ?? noAccountId, password })
    if (account === null || !proof.isRight || !result.isRight) {
      const isLimited = [proof, result].some((each) => !each.isRight && each.isLimited)
      // Only someone who knows the password learns that a code has expired.
      const failure = codeFailure({ isExpired: proof.isRight && !result.isRight && result.isExpired })
      const reason = proof.isRight ? failure.problem.code : 'wrong_credentials'
      await audit.refusal(db, 'verification', { ...guess.auditSubject, reason }, context, { isLimited })
      throw failure
    }
    await inTransaction(db, async (transaction) => {
      const isActivated = await accounts.activate(transaction, account.id)
      if (!isActivated || !(await proof.confirm(transaction))) throw new Failure(codeInvalid)
      await verification.complete(transaction, result, { accountId: account.id }, context)
    })
  }
}

function ifPending(account: Account | null): Account | null {
  return account?.status === 'pending' ? account : null
}

/** Null for a username: no code is sent to it, and if it had guesses of its own, there would be more of them (A40). */
function contactOf({ typed: [kind] }: Pick<LookUp, 'typed'>) {
  return kind === 'email' || kind === 'phone_number' ? ({ kind } as const) : null
}
