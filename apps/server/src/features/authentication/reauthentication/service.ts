import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import {
  type Caller,
  hasSession,
  isProgram,
  type OwnedSession,
  type Principal,
} from '../../../platform/kernel/principal.ts'
import { invalidFields, invalidToken, stepUpRequired } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { isRecent } from '../../../platform/kernel/time-bounds.ts'
import type { FactorKind, GivenFactor } from '../../authenticators/factors/model.ts'
import type { FactorsService } from '../../authenticators/factors/service.ts'
import type { PasswordsService } from '../../authenticators/passwords/service.ts'
import type { UserSecretsService } from '../../authenticators/user-secrets/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { AuthenticationMethod } from '../../session-management/sessions/model.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import { guessSubjectOf } from '../../users/accounts/model.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import { invalidCredentials } from '../sign-in/model.ts'
import type { GivenCredentials } from './model.ts'

/** A session, and the client of OAuth that got it; null if its owner signed in to Proxima itself. */
type OwnSession = OwnedSession & Pick<Principal, 'clientId'>

export interface ReauthenticationOptions {
  readonly db: Database
  readonly audit: AuditService
  readonly accounts: AccountsService
  readonly sessions: SessionsService
  readonly passwords: PasswordsService
  readonly userSecrets: UserSecretsService
  readonly factors: Pick<FactorsService, 'has' | 'verify'>
  readonly clock: Clock
  /** How long after an authentication the session alone is enough. */
  readonly freshSeconds: number
}

/** Proof that the owner of the account is calling, and not just someone who has their session (I8). */
export interface Reauthentication {
  readonly method: AuthenticationMethod | 'session'
  /**
   * Call this first in the transaction of the protected action. It locks the account until the transaction ends, and
   * makes sure that the proof still holds: the password may have changed or the session may have ended since then.
   * @throws `invalid_credentials`, `invalid_token`, `step_up_required`
   */
  confirm(transaction: Transaction): Promise<void>
}

/** The same with a second factor. */
export interface FactorReauthentication extends Pick<Reauthentication, 'confirm'> {
  readonly methods: readonly AuthenticationMethod[]
}

/**
 * Authenticates a signed-in user again, before an action for which a stolen session must not be enough (I8; ASVS
 * 7.5.1). Guesses at the password count on the same budget as at sign-in: otherwise a session would be a way around the
 * limit.
 */
export class ReauthenticationService {
  readonly #options: ReauthenticationOptions

  constructor(options: ReauthenticationOptions) {
    this.#options = options
  }

  /**
   * Accepts the password; the user secret only from an account without a password. It is slow, so never call it inside
   * a transaction.
   * @throws `validation_failed` unless exactly one is given, and the errors of `byPassword` and `byUserSecret`
   */
  async byCredentials(
    caller: OwnedSession,
    given: GivenCredentials,
    context: RequestContext,
  ): Promise<Reauthentication> {
    const { currentPassword, userSecret } = given
    if (currentPassword !== undefined && userSecret !== undefined) throw oneProofNeeded()
    if (currentPassword !== undefined) return await this.byPassword(caller, currentPassword, context)
    if (userSecret !== undefined) return await this.byUserSecret(caller, userSecret, context)
    await this.#assertNoPassword(this.#options.db, caller)
    throw required('/user_secret')
  }

  /**
   * The same, but an account that has neither signs in with a passkey, so a recent one is enough.
   * @throws the errors of `byCredentials` and `byFreshFactor`
   */
  async byCredentialsOrPasskey(
    caller: OwnSession,
    given: GivenCredentials,
    context: RequestContext,
  ): Promise<Reauthentication> {
    const { db, passwords, userSecrets } = this.#options
    const { accountId } = caller
    const hasNeither = !(await passwords.has(db, accountId)) && !(await userSecrets.has(db, accountId))
    if (hasNeither && !hasCredentials(given)) return await this.byFreshFactor(caller)
    return await this.byCredentials(caller, given, context)
  }

  /**
   * For an action that gives its caller a new way to sign in. Asks for the password if the account has one: a session
   * that is fresh proves less, and its thief would sign in forever (I8; ASVS 6.2.3). Otherwise the user secret or a
   * fresh session is enough.
   * @throws the errors of `byCredentials` and `byFreshSession`
   */
  async byStrongest(
    caller: OwnSession,
    given: GivenCredentials,
    context: RequestContext,
  ): Promise<Reauthentication> {
    if (hasCredentials(given)) return await this.byCredentials(caller, given, context)
    await this.#assertNoPassword(this.#options.db, caller)
    const session = await this.byFreshSession(caller)
    return {
      ...session,
      confirm: async (transaction) => {
        await session.confirm(transaction)
        // Another request may have set the first password since then.
        await this.#assertNoPassword(transaction, caller)
      },
    }
  }

  /** Accepts a fresh session, or the credential if one is given. @throws the errors of either */
  async byAny(
    caller: OwnSession,
    given: GivenCredentials,
    context: RequestContext,
  ): Promise<Reauthentication> {
    if (hasCredentials(given)) return await this.byCredentials(caller, given, context)
    return await this.byFreshSession(caller)
  }

  /** @throws `invalid_credentials`, `rate_limited`, `overloaded` */
  async byPassword(
    caller: OwnedSession,
    password: string,
    context: RequestContext,
  ): Promise<Reauthentication> {
    const { passwords } = this.#options
    const { accountId } = caller
    passwords.assertCapacity(context)
    const subject = guessSubjectOf(accountId)
    const guess = {
      password,
      subject,
      typed: null,
      context,
      action: 'reauthentication',
      auditSubject: caller,
    } as const
    const proof = await passwords.check({ ...guess, accountId })
    if (!proof.isRight) return await this.#refuse(caller, 'password', context)
    return this.#reauthentication(caller, 'password', async (transaction) => {
      if (!(await proof.confirm(transaction))) throw wrongCredentials()
    })
  }

  /**
   * Accepts the user secret of an account without a password: someone who had it before the owner chose a password must
   * not act as the owner. Guesses are not counted: 256 bits cannot be guessed (NIST SP 800-63B-4 §3.2.2).
   * @throws `validation_failed` if the account has a password, `invalid_credentials`
   */
  async byUserSecret(
    caller: OwnedSession,
    userSecret: string,
    context: RequestContext,
  ): Promise<Reauthentication> {
    const { db, userSecrets } = this.#options
    const isOwnSecret = async (at: Database) =>
      (await userSecrets.findOwner(at, userSecret))?.account.id === caller.accountId
    await this.#assertNoPassword(db, caller)
    if (!(await isOwnSecret(db))) return await this.#refuse(caller, 'user_secret', context)
    return this.#reauthentication(caller, 'user_secret', async (transaction) => {
      await this.#assertNoPassword(transaction, caller)
      if (!(await isOwnSecret(transaction))) throw wrongCredentials()
    })
  }

  /** Accepts a recent sign-in. A refresh does not count. @throws `step_up_required`, `invalid_token` */
  async byFreshSession(caller: OwnSession): Promise<Reauthentication> {
    // Someone who has the token of an application must not use it to change the account (I8, RFC 9700 §2.4).
    if (caller.clientId !== null) throw new Failure(stepUpRequired)
    await this.#assertFresh(this.#options.db, caller)
    return this.#reauthentication(caller, 'session', (transaction) => this.#assertFresh(transaction, caller))
  }

  /**
   * For an action that changes the second factors of the account. If it has any, one of them must have been given a short
   * time ago: the password proves less, and a thief who knows it would otherwise remove the factor (A96, NIST SP
   * 800-63B-4 §4.1.2.1).
   * @throws `step_up_required`, `invalid_token`
   */
  async byFreshFactor(caller: OwnSession): Promise<Reauthentication> {
    if (caller.clientId !== null) throw new Failure(stepUpRequired)
    await this.#assertFreshFactor(this.#options.db, caller)
    return this.#reauthentication(caller, 'session', (transaction) =>
      this.#assertFreshFactor(transaction, caller),
    )
  }

  /**
   * Accepts a second factor of the account. Guesses count on the same budget as at sign-in.
   * @throws `invalid_credentials`, `rate_limited`
   */
  async byFactor(
    caller: Pick<Principal, 'account' | 'accountId' | 'sessionId'>,
    given: GivenFactor,
    context: RequestContext,
  ): Promise<FactorReauthentication> {
    const { account, accountId, sessionId } = caller
    const auditSubject = { accountId, sessionId }
    const guess = {
      account,
      given,
      flow: sessionId,
      context,
      action: 'reauthentication',
      auditSubject,
    } as const
    const proof = await this.#options.factors.verify(guess)
    if (proof === null) return await this.#refuse(caller, given.kind, context)
    const owner = this.#reauthentication(caller, 'session', async (transaction) => {
      if (!(await proof.use(transaction))) throw wrongCredentials()
    })
    return { methods: proof.methods, confirm: (transaction) => owner.confirm(transaction) }
  }

  /** Like `byFreshSession`, for someone who may be a program, which proves no more than that it has a secret. */
  async byFreshCaller(caller: Caller): Promise<Reauthentication> {
    if (!hasSession(caller) || isProgram(caller)) throw new Failure(stepUpRequired)
    return await this.byFreshSession(caller)
  }

  async #assertFreshFactor(db: Database, caller: OwnedSession): Promise<void> {
    const { clock, factors, freshSeconds, sessions } = this.#options
    const { authenticatedAt, secondFactorAt } = await sessions.proofs(db, caller)
    const hasFactor = await factors.has(db, caller.accountId)
    const provedAt = hasFactor ? secondFactorAt : authenticatedAt
    if (provedAt !== null && isRecent(provedAt, clock.now(), freshSeconds * 1_000)) return
    throw new Failure(stepUpRequired, hasFactor ? { detail: factorNeeded } : {})
  }

  #reauthentication(
    caller: OwnedSession,
    method: Reauthentication['method'],
    assertUnchanged: (db: Transaction) => Promise<void>,
  ): Reauthentication {
    const { accounts, sessions } = this.#options
    return {
      method,
      confirm: async (transaction) => {
        if (!(await accounts.lockActive(transaction, caller.accountId))) throw new Failure(invalidToken)
        await sessions.authTime(transaction, caller)
        await assertUnchanged(transaction)
      },
    }
  }

  async #assertNoPassword(db: Database, { accountId }: OwnedSession): Promise<void> {
    if (await this.#options.passwords.has(db, accountId)) throw required('/current_password')
  }

  async #assertFresh(db: Database, caller: OwnedSession): Promise<void> {
    const { clock, freshSeconds, sessions } = this.#options
    const authenticatedAt = await sessions.authTime(db, caller)
    if (!isRecent(authenticatedAt, clock.now(), freshSeconds * 1_000)) throw new Failure(stepUpRequired)
  }

  async #refuse(
    { accountId, sessionId }: OwnedSession,
    method: AuthenticationMethod | FactorKind,
    context: RequestContext,
  ): Promise<never> {
    const { audit, db } = this.#options
    const subject = { accountId, sessionId, method, reason: 'wrong_credentials' }
    await audit.failure(db, 'reauthentication', subject, context)
    throw wrongCredentials()
  }
}

const factorNeeded =
  'This call needs a second factor that you gave a short time ago. Send one to POST /v1/me/reauthentication, and repeat the call.'

function wrongCredentials(): Failure {
  const detail =
    'This is not the password, the user secret or a second factor of your account. Check it and try again.'
  return new Failure(invalidCredentials, { detail })
}

function oneProofNeeded(): Failure {
  const detail = 'Give either current_password or user_secret.'
  return invalidFields({ pointer: '', code: 'one_proof_needed', detail })
}

function required(pointer: '/current_password' | '/user_secret'): Failure {
  const credential = pointer === '/user_secret' ? 'user secret' : 'current password'
  const detail = `Give the ${credential} of the account.`
  return invalidFields({ pointer, code: 'required', detail })
}

function hasCredentials({ currentPassword, userSecret }: GivenCredentials): boolean {
  return currentPassword !== undefined || userSecret !== undefined
}
