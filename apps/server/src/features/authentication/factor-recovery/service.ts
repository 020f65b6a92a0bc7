import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { invalidToken, rateLimited } from '../../../platform/kernel/problems.ts'
import { noRequest, type RequestContext } from '../../../platform/kernel/request-context.ts'
import { codeFailure, codeInvalid } from '../../authenticators/codes/model.ts'
import type { CodeProof, CodesService } from '../../authenticators/codes/service.ts'
import type { FactorsService } from '../../authenticators/factors/service.ts'
import type { RecoveryCodesService } from '../../authenticators/recovery-codes/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { Challenge } from '../../session-management/challenges/model.ts'
import type { ChallengesService } from '../../session-management/challenges/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import { recipientOf } from '../../users/accounts/contacts/service.ts'
import { guessSubjectOf } from '../../users/accounts/model.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import type { SignInOutcome } from '../sign-in/model.ts'
import { type SignInService, signInPurpose } from '../sign-in/service.ts'
import {
  chooseContact,
  codeOf,
  deletedAccount,
  type FactorRecoveryState,
  type FactorRecoveryWait,
  messageFacts,
  noContact,
} from './model.ts'
import type { FactorRecoveryWaits } from './waits.ts'

export interface FactorRecoveryOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'get' | 'lockActive'>
  readonly audit: Pick<AuditService, 'success' | 'refusal'>
  readonly challenges: Pick<ChallengesService, 'find' | 'use'>
  readonly codes: Pick<CodesService, 'cancelAll' | 'check' | 'issue' | 'secondsUntilNext'>
  readonly factors: Pick<FactorsService, 'removeAll'>
  readonly factorRecoveryWaits: FactorRecoveryWaits
  readonly outbox: Pick<OutboxService, 'notifyEveryContact' | 'put'>
  readonly recoveryCodes: Pick<RecoveryCodesService, 'removeAll'>
  readonly sessions: Pick<SessionsService, 'endAll'>
  readonly signIn: Pick<SignInService, 'complete'>
}

/** The code of a message, for the sign-in that waits for a second factor. */
export interface FactorRecoveryCode {
  readonly challenge: string
  readonly code: string
}

/**
 * For owners who have lost every second factor and every recovery code: after a wait of days, the first factor and a code
 * to a confirmed contact remove what is lost. Until then, nothing is removed or skipped (A95).
 */
export class FactorRecoveryService {
  readonly #options: FactorRecoveryOptions

  constructor(options: FactorRecoveryOptions) {
    this.#options = options
  }

  /** How far the recovery is, without a change. @returns null if none has begun @throws `invalid_token` */
  async stateOf(challenge: string): Promise<FactorRecoveryWait | null> {
    const { db, factorRecoveryWaits } = this.#options
    return await factorRecoveryWaits.find(db, (await this.#find(db, challenge)).accountId)
  }

  /** What the client of the sign-in gets. @throws `invalid_token` if the challenge was used, or has expired */
  async modeOf(challenge: string): Promise<Challenge['mode']> {
    return (await this.#find(this.#options.db, challenge)).mode
  }

  /**
   * Begins the recovery, or goes on with it: after the wait, it sends a code. Only the holder of a challenge can call it,
   * who has proved the first factor, so a stranger learns nothing (I4).
   * @throws `invalid_token`, `forbidden`, `rate_limited`
   */
  async report(challengeText: string, context: RequestContext): Promise<FactorRecoveryState> {
    const { audit, db, factorRecoveryWaits: waits } = this.#options
    return await inTransaction(db, async (transaction) => {
      const { account, challenge } = await this.#lock(transaction, challengeText)
      const { hasBegunNow, isOver, usableAt } = await waits.begin(transaction, account, context)
      const subject = { accountId: account.id, method: challenge.methods.join(' ') }
      if (hasBegunNow) await audit.success(transaction, 'factor_recovery_request', subject, context)
      if (!isOver) return { usableAt, sentTo: null }
      return { usableAt, sentTo: await this.#send(transaction, account, challenge, context) }
    })
  }

  /**
   * Begins the recovery for an administrator, who can never finish it. The transaction has locked the account.
   * @returns when the owner can finish it
   * @throws `forbidden`, `rate_limited`
   */
  async startFor(transaction: Transaction, account: Account): Promise<Date> {
    // The network of the administrator is no business of the owner.
    return (await this.#options.factorRecoveryWaits.begin(transaction, account, noRequest)).usableAt
  }

  /**
   * Removes every second factor, and finishes the sign-in with the first factor alone. An account that must have a second
   * factor gets no session, but what adds one.
   * @throws `invalid_token`, `code_invalid`, `rate_limited`
   */
  async finish(
    { challenge: text, code }: FactorRecoveryCode,
    context: RequestContext,
  ): Promise<SignInOutcome> {
    const { accounts, db, signIn } = this.#options
    const challenge = await this.#find(db, text)
    const { accountId, lifeSecondsMax, methods, mode } = challenge
    const account = await accounts.get(db, accountId)
    const proof = await this.#check(challenge, code, context)
    return await signIn.complete({
      account,
      // The code stands in for no second factor: it has removed the one that there was.
      methods,
      mode,
      client: null,
      purpose: signInPurpose,
      grants: null,
      context,
      ...(lifeSecondsMax !== null && { lifeSecondsMax }),
      verifyUnchanged: (transaction) => this.#remove(transaction, { account, challenge, proof, context }),
      atOnce: null,
    })
  }

  async #check({ accountId, id }: Challenge, code: string, context: RequestContext): Promise<CodeProof> {
    const { audit, codes, db } = this.#options
    const result = await codes.check({
      ...codeOf(accountId, id),
      code,
      subject: guessSubjectOf(accountId),
      typed: null,
      context,
      action: 'factor_recovery',
      auditSubject: { accountId },
    })
    if (result.isRight) return result
    const failure = codeFailure(result)
    const subject = { accountId, reason: failure.problem.code }
    await audit.refusal(db, 'factor_recovery', subject, context, result)
    throw failure
  }

  /** The sign-in has locked the account. Of all who finish the recovery or cancel it at once, one succeeds (I1). */
  async #remove(
    transaction: Transaction,
    {
      account,
      challenge,
      proof,
      context,
    }: {
      readonly account: Account
      readonly challenge: Challenge
      readonly proof: CodeProof
      readonly context: RequestContext
    },
  ): Promise<boolean> {
    const { audit, challenges, codes, factorRecoveryWaits: waits, factors, outbox } = this.#options
    const { recoveryCodes, sessions } = this.#options
    const accountId = account.id
    if (!(await challenges.use(transaction, challenge))) return false
    const wait = await waits.find(transaction, accountId)
    const contacts = await waits.contactsOf(transaction, accountId)
    if (wait?.isOver !== true || (await proof.use(transaction, contacts)) === null)
      throw new Failure(codeInvalid)
    const removed = await factors.removeAll(transaction, accountId)
    await recoveryCodes.removeAll(transaction, accountId)
    await sessions.endAll(transaction, accountId)
    await codes.cancelAll(transaction, accountId)
    const method = [...new Set(removed.map(({ kind }) => kind))].join(' ')
    await audit.success(transaction, 'factor_recovery', { accountId, method }, context)
    await outbox.notifyEveryContact(transaction, account, 'factor_removed', { context })
    return true
  }

  async #send(
    transaction: Transaction,
    account: Account,
    { id, methods }: Challenge,
    context: RequestContext,
  ): Promise<'email' | 'phone_number'> {
    const { codes, factorRecoveryWaits: waits, outbox } = this.#options
    const contact = chooseContact(await waits.contactsOf(transaction, account.id), methods)
    if (contact === undefined) throw noContact()
    const requested = { ...codeOf(account.id, id), accountId: account.id, contact }
    const waitSeconds = await codes.secondsUntilNext(transaction, requested)
    if (waitSeconds > 0) throw new Failure(rateLimited, { retryAfterSeconds: waitSeconds })
    await codes.issue(transaction, requested, async ({ code }) => {
      const isSent = await outbox.put(transaction, {
        template: 'factor_recovery',
        facts: { code, ...messageFacts },
        about: 'factor_recovery',
        recipient: recipientOf(contact),
        accountId: account.id,
        locale: account.locale,
        context,
        carriesCode: true,
        isFromOwner: true,
      })
      if (!isSent) throw new Failure(rateLimited, { retryAfterSeconds: 3_600 })
      return true
    })
    return contact.kind
  }

  /** Whatever ends the sessions of the account has deleted the challenge, so its first factor still holds (I2). */
  async #lock(
    transaction: Transaction,
    text: string,
  ): Promise<{ readonly account: Account; readonly challenge: Challenge }> {
    const { accounts } = this.#options
    const { accountId, action } = await this.#find(transaction, text)
    // Its owner has deleted it with a second factor, or a fresh session: it can wait for neither.
    if (action !== 'sign_in') throw deletedAccount()
    if (!(await accounts.lockActive(transaction, accountId))) throw challengeOver()
    const challenge = await this.#find(transaction, text)
    return { account: await accounts.get(transaction, accountId), challenge }
  }

  async #find(db: Database, text: string): Promise<Challenge> {
    const challenge = await this.#options.challenges.find(db, text)
    if (challenge === null) throw challengeOver()
    return challenge
  }
}

function challengeOver(): Failure {
  return new Failure(invalidToken, {
    detail: 'This challenge was used, or has expired. Sign in again.',
  })
}
