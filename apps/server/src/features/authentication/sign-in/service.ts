import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { type Condition, type GuardedWrites, writeIf } from '../../../platform/database/write-if.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { SessionId } from '../../../platform/kernel/ids.ts'
import type { Permission, ReadGrants } from '../../../platform/kernel/permission.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { RolesService } from '../../authorization/roles/service.ts'
import type { AuditSubject } from '../../safeguards/audit/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { NewSession, SessionMode } from '../../session-management/sessions/model.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { TokensService } from '../../session-management/tokens/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import {
  type FactorDemand,
  type FactorEnrolmentRequired,
  invalidCredentials,
  type RefusedSignIn,
  type SecondFactorRequired,
  type SignedIn,
  type SignInAttempt,
  type SignInOutcome,
  type SigningClient,
} from './model.ts'

/** The purpose of a sign-in: an ordinary one, or one that also restores a deleted account. */
export interface LoginPurpose {
  readonly action: SignInAttempt['action']
  mayLogIn(account: Account): boolean
  /** Locks an account that is not active. @returns whether the purpose can activate it */
  lockInactive(transaction: Transaction, account: Account): Promise<boolean>
  /** Activates such an account, once no factor is missing. @returns whether it did */
  activate(transaction: Transaction, account: Account, context: RequestContext): Promise<boolean>
}

export const signInPurpose: LoginPurpose = {
  action: 'sign_in',
  mayLogIn: ({ status }) => status === 'active',
  lockInactive: async () => false,
  activate: async () => false,
}

/** A sign-in attempt whose first factor was correct. */
export interface ProvenSignIn extends Omit<SignInAttempt, 'action'> {
  readonly account: Account
  /** What else the audit trail says, such as the provider that has proved it. */
  readonly target?: string
  readonly mode: SessionMode
  /** The client that signs the person in by OAuth; null if they do it themselves. */
  readonly client: SigningClient | null
  readonly purpose: LoginPurpose
  /** What the account may do, if it has been read just now. */
  readonly grants: ReadGrants | null
  /** A shorter life than the session would have; absent for the usual one. An access token lasts as long. */
  readonly lifeSecondsMax?: number | undefined
  /** True if the owner has given a second factor, or one that is as strong as two. */
  readonly hasSecondFactor?: true
  /** True if the device stands in for a second factor. */
  readonly isFromTrustedDevice?: true
  /** True if what was proven still holds, now that the account is locked (I2). */
  verifyUnchanged(transaction: Transaction): Promise<boolean>
  /** The same for `writeIf`, with what else is stored; null if it cannot be asked like this. */
  readonly atOnce: Pick<GuardedWrites, 'guard' | 'writes'> | null
}

/** Decides which sign-ins need a second factor. */
export interface SecondFactorPolicy {
  /** True if the device of the sign-in stands in for a second factor. No device does if it is absent. */
  trusts?(transaction: Transaction, signIn: ProvenSignIn): Promise<boolean>
  /** @returns the challenge of an account that has a second factor; null if it is not asked for */
  challenge(transaction: Transaction, signIn: ProvenSignIn): Promise<SecondFactorRequired | null>
  /** @returns what lets an account add the second factor that it must have and does not have; null if it needs none */
  enrolment(transaction: Transaction, signIn: ProvenSignIn): Promise<FactorEnrolmentRequired | null>
  /**
   * The conditions under which both would return null, for a sign-in that is stored in one step. Null if it must be
   * asked. Absent if it must always be asked.
   */
  asksNothingIf?(signIn: ProvenSignIn, roles: readonly string[]): readonly Condition[] | null
}

export interface SignInOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'success' | 'successWrite' | 'refusal'>
  readonly accounts: Pick<AccountsService, 'get' | 'lockActive'>
  readonly roles: Pick<RolesService, 'grantsOf'>
  readonly sessions: Pick<SessionsService, 'start' | 'draft' | 'hasAmpleRoom' | 'endSurplus'>
  readonly tokens: Pick<TokensService, 'beforeRoles' | 'issueAccessToken' | 'ready'>
  readonly secondFactors: SecondFactorPolicy
  /** Learns of each sign-in, without making it wait. */
  readonly newSignIns?: {
    note(account: Account, sessionId: SessionId, context: RequestContext): void
  }
}

type Begun = FactorDemand | Pick<SignedIn, 'account' | 'session'>

class ProofOutdated extends Error {}

/** The last step of every sign-in method: the only place that turns a proven identity into a session. */
export class SignInService {
  readonly #options: SignInOptions

  constructor(options: SignInOptions) {
    this.#options = options
  }

  /** @throws `invalid_credentials` if the account may not sign in, or what was proven no longer holds */
  async complete(signIn: ProvenSignIn): Promise<SignInOutcome> {
    const { db, roles, tokens } = this.#options
    const { account, methods, context, purpose } = signIn
    // A service account has no secret to prove. If a later method forgets that, no one signs in with it (I7).
    if (account.kind === 'service')
      return await this.refuse({ account, methods, context, action: purpose.action })
    // Outside the transaction, which holds the account locked for as short a time as possible.
    const held = signIn.grants ?? {
      readAt: tokens.beforeRoles(),
      ...(await roles.grantsOf(db, account.id)),
    }
    const permissions = within(signIn.client, held.permissions)
    if (givesToken(signIn)) await tokens.ready()
    const started = (await this.#beginAtOnce(signIn, held.roles)) ?? (await this.#beginInTransaction(signIn))
    if (started === null) return await this.refuse({ account, methods, context, action: purpose.action })
    if ('kind' in started) return started
    this.#options.newSignIns?.note(account, started.session.id, context)
    return await this.#issue(signIn, { ...started, roles: held.roles, permissions }, held.readAt)
  }

  /** Records an attempt that is refused. @throws `invalid_credentials` */
  async refuse({ isLimited = false, ...attempt }: RefusedSignIn): Promise<never> {
    const { audit, db } = this.#options
    const subject = { ...auditSubjectOf(attempt), reason: reasonOf(attempt) }
    await audit.refusal(db, attempt.action, subject, attempt.context, { isLimited })
    throw new Failure(invalidCredentials)
  }

  /**
   * The usual sign-in: to an active account, without a second factor, and with room for one more session.
   * @returns null if anything is unusual; then nothing is stored, and the transaction finds out what it is
   */
  async #beginAtOnce(signIn: ProvenSignIn, roles: readonly string[]): Promise<Begun | null> {
    const { audit, db, secondFactors, sessions } = this.#options
    const { account, atOnce, context } = signIn
    if (atOnce === null || account.status !== 'active') return null
    const unasked = secondFactors.asksNothingIf?.(signIn, roles) ?? null
    if (unasked === null) return null
    const { session, insertion } = sessions.draft(newSessionOf(signIn))
    const subject = { ...auditSubjectOf(signIn), sessionId: session.id }
    const actor = { accountId: account.id, credentialId: session.id }
    const record = audit.successWrite('sign_in', subject, { ...context, actor })
    const isStored = await writeIf(db, {
      guard: atOnce.guard,
      conditions: [sessions.hasAmpleRoom(account.id), ...unasked],
      writes: [...atOnce.writes, insertion, record],
    })
    return isStored ? { account, session } : null
  }

  async #beginInTransaction(signIn: ProvenSignIn): Promise<Begun | null> {
    try {
      return await inTransaction(this.#options.db, (transaction) => this.#begin(transaction, signIn))
    } catch (error) {
      if (error instanceof ProofOutdated) return null
      throw error
    }
  }

  async #begin(transaction: Transaction, given: ProvenSignIn): Promise<Begun | null> {
    const { audit, secondFactors, sessions } = this.#options
    const { context } = given
    const locked = await this.#lock(transaction, given)
    if (locked === null) return null
    if (!(await given.verifyUnchanged(transaction))) throw new ProofOutdated()
    const signIn = await this.#withTrust(transaction, { ...given, account: locked })
    const challenge = await secondFactors.challenge(transaction, { ...signIn, account: locked })
    if (challenge !== null) return challenge
    // A restoration changes the account, so it waits for the second factor too. It does not wait for a new one.
    const account = await this.#activate(transaction, { ...signIn, account: locked })
    const enrolment = await secondFactors.enrolment(transaction, { ...signIn, account })
    if (enrolment !== null) return enrolment
    const session = await sessions.start(transaction, newSessionOf(signIn))
    await sessions.endSurplus(transaction, { accountId: account.id, sessionId: session.id }, context)
    const subject = { ...auditSubjectOf(signIn), sessionId: session.id }
    const actor = { accountId: account.id, credentialId: session.id }
    await audit.success(transaction, 'sign_in', subject, { ...context, actor })
    return { account, session }
  }

  /** The audit trail names the device. The session does not: it has one factor, and its `amr` says so. */
  async #withTrust(transaction: Transaction, signIn: ProvenSignIn): Promise<ProvenSignIn> {
    const { secondFactors } = this.#options
    if (signIn.hasSecondFactor === true) return signIn
    if (!((await secondFactors.trusts?.(transaction, signIn)) ?? false)) return signIn
    return { ...signIn, methods: [...signIn.methods, 'trusted_device'], isFromTrustedDevice: true }
  }

  /** Locks the account as it is now; null if it is not active and the purpose cannot change that. */
  async #lock(transaction: Transaction, { account, purpose }: ProvenSignIn): Promise<Account | null> {
    const { accounts } = this.#options
    const { id, status } = account
    if (await accounts.lockActive(transaction, id))
      return status === 'active' ? account : await accounts.get(transaction, id)
    // Read again: the account may have been active when it was looked up.
    return (await purpose.lockInactive(transaction, account)) ? await accounts.get(transaction, id) : null
  }

  async #activate(transaction: Transaction, { account, purpose, context }: ProvenSignIn): Promise<Account> {
    if (account.status === 'active') return account
    if (!(await purpose.activate(transaction, account, context))) throw new ProofOutdated()
    return await this.#options.accounts.get(transaction, account.id)
  }

  async #issue(
    { client, lifeSecondsMax, mode }: ProvenSignIn,
    started: Omit<SignedIn, 'kind' | 'accessToken'>,
    rolesReadAt: Date,
  ): Promise<SignedIn> {
    const { account, roles, permissions, session } = started
    const { id: sessionId, authentication } = session
    const subject = {
      account,
      accountId: account.id,
      sessionId,
      roles,
      permissions,
      clientId: client?.id ?? null,
      authentication,
      sessionEndsAt: session.expiresAt,
      rolesReadAt,
    }
    const accessToken = givesToken({ mode })
      ? await this.#options.tokens.issueAccessToken(subject, lifeSecondsMax)
      : null
    return { kind: 'signed_in', ...started, accessToken }
  }
}

function givesToken({ mode }: Pick<ProvenSignIn, 'mode'>): boolean {
  return mode === 'token' || mode === 'access_token'
}

function newSessionOf({ account, methods, mode, client, context, lifeSecondsMax }: ProvenSignIn): NewSession {
  return { accountId: account.id, methods, mode, client, context, lifeSecondsMax }
}

/** A client gets no permission of the person that it may not have itself (I6). */
function within(client: SigningClient | null, held: readonly Permission[]): readonly Permission[] {
  return client === null ? held : held.filter((permission) => client.mayHave.includes(permission))
}

function auditSubjectOf({
  account,
  methods,
  target,
}: Pick<SignInAttempt, 'account' | 'methods'> & Pick<ProvenSignIn, 'target'>): AuditSubject {
  return {
    accountId: account?.id ?? null,
    method: methods.join(' '),
    ...(target !== undefined && { target }),
  }
}

/** For the audit trail alone: the answer is the same for all of them (ASVS 6.3.8). */
function reasonOf({ account }: Pick<SignInAttempt, 'account'>): string {
  if (account === null) return 'unknown_account'
  return account.status === 'active' ? 'wrong_credentials' : `account_${account.status}`
}
