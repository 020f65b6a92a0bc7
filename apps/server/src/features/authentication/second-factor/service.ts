import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { invalidToken } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { FactorProof, FactorsService } from '../../authenticators/factors/service.ts'
import type { RequestOptions } from '../../authenticators/passkeys/options/model.ts'
import type { PasskeysService } from '../../authenticators/passkeys/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { Challenge, PendingSignIn } from '../../session-management/challenges/model.ts'
import type { ChallengesService } from '../../session-management/challenges/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import { mfaRequired, type SignInOutcome } from '../sign-in/model.ts'
import type { LoginPurpose, SignInService } from '../sign-in/service.ts'
import { reasonOf, type SecondFactorAnswer } from './model.ts'

export interface SecondFactorOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'find'>
  readonly audit: Pick<AuditService, 'refusal'>
  readonly challenges: Pick<ChallengesService, 'find' | 'use'>
  readonly factors: Pick<FactorsService, 'offered' | 'verify'>
  readonly passkeys: Pick<PasskeysService, 'startWithin'>
  readonly signIn: Pick<SignInService, 'complete'>
  /** What each kind of sign-in is for. */
  readonly purposes: Readonly<Record<PendingSignIn['action'], LoginPurpose>>
}

/** A sign-in that waits for its second factor, and its account. */
interface Pending {
  readonly challenge: Challenge
  readonly account: Account
}

/** Finishes sign-ins with a second factor. */
export class SecondFactorService {
  readonly #options: SecondFactorOptions

  constructor(options: SecondFactorOptions) {
    this.#options = options
  }

  /** What the client of the sign-in gets. @throws `invalid_token` if the challenge was used, or has expired */
  async modeOf(challenge: string): Promise<Challenge['mode']> {
    return (await this.#find(challenge)).challenge.mode
  }

  /** The options for a passkey as the second factor of this sign-in. @throws `invalid_token` */
  async startPasskey(challenge: string): Promise<RequestOptions> {
    const { account, challenge: pending } = await this.#find(challenge)
    return await this.#options.passkeys.startWithin('second_factor', account, pending.id)
  }

  /**
   * Ends like every sign-in. A wrong factor leaves the challenge as it is: its guesses count for the account, so a new
   * challenge would be no gain (I3).
   * @throws `invalid_token`, `mfa_required` after a wrong factor, `rate_limited`
   */
  async finish(
    { challenge: text, given }: SecondFactorAnswer,
    context: RequestContext,
  ): Promise<SignInOutcome> {
    const { factors, purposes, signIn } = this.#options
    const pending = await this.#find(text)
    const { account, challenge } = pending
    const { action, lifeSecondsMax, methods, mode } = challenge
    const auditSubject = { accountId: account.id }
    const guess = { account, given, flow: challenge.id, context, action, auditSubject }
    const proof = await factors.verify(guess)
    if (proof === null) return await this.#refuse(pending, { challenge: text, given }, context)
    return await signIn.complete({
      account,
      methods: [...methods, ...proof.methods],
      mode,
      client: null,
      purpose: purposes[action],
      grants: null,
      context,
      hasSecondFactor: true,
      ...(lifeSecondsMax !== null && { lifeSecondsMax }),
      verifyUnchanged: (transaction) => this.#use(transaction, pending, proof, text),
      atOnce: null,
    })
  }

  /**
   * Whatever ends sessions has deleted the challenge, so its first factor still holds.
   * @throws `mfa_required` if the factor was used in the meantime; the transaction then keeps the challenge
   */
  async #use(
    transaction: Transaction,
    { account, challenge }: Pending,
    proof: FactorProof,
    text: string,
  ): Promise<boolean> {
    const { challenges, factors } = this.#options
    if (!(await challenges.use(transaction, challenge))) return false
    if (await proof.use(transaction)) return true
    throw requiredAgain(text, await factors.offered(transaction, account))
  }

  async #find(text: string): Promise<Pending> {
    const { accounts, challenges, db, purposes } = this.#options
    const challenge = await challenges.find(db, text)
    const account = challenge && (await accounts.find(db, challenge.accountId))
    if (!challenge || !account || !purposes[challenge.action].mayLogIn(account))
      throw new Failure(invalidToken, { detail: challengeOver })
    return { challenge, account }
  }

  async #refuse(
    { account, challenge: { action } }: Pending,
    { challenge, given: { kind } }: SecondFactorAnswer,
    context: RequestContext,
  ): Promise<never> {
    const { audit, db, factors } = this.#options
    const subject = { accountId: account.id, method: kind, reason: reasonOf(kind) }
    await audit.refusal(db, action, subject, context, { isLimited: false })
    throw requiredAgain(challenge, await factors.offered(db, account))
  }
}

const challengeOver = 'This challenge was used, or has expired. Sign in again.'

function requiredAgain(challenge: string, factors: readonly string[]): Failure {
  const detail = 'The second factor is wrong, or was used before. Try again with the same challenge.'
  return new Failure(mfaRequired, { detail, members: { challenge, factors } })
}
