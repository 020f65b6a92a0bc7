import { digestSecret } from '../../../platform/crypto/digests.ts'
import type { ResealStep } from '../../../platform/crypto/sealing.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Condition } from '../../../platform/database/write-if.ts'
import { startOfDay } from '../../../platform/kernel/durations.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId, SessionId } from '../../../platform/kernel/ids.ts'
import type { OwnedSession, Principal } from '../../../platform/kernel/principal.ts'
import { invalidToken, unavailable, unlessUnavailable } from '../../../platform/kernel/problems.ts'
import { noRequest, type RequestContext } from '../../../platform/kernel/request-context.ts'
import { sessionCodePrefix } from '../../../platform/kernel/session-code.ts'
import { type DraftSession, draftSession, sealingContext } from './draft-session.ts'
import { endSessions, endSurplus } from './end-sessions.ts'
import { isOver, momentAt } from './expiry.ts'
import { assertFactor } from './factor-check.ts'
import {
  type AuthenticationMethod,
  type Moment,
  type NewSession,
  type Page,
  type RefreshFamily,
  type RefreshOutcome,
  rejection,
  renewedProofs,
  type Session,
  type SessionProofs,
  type StartedSession,
} from './model.ts'
import type { SessionsServiceOptions } from './options.ts'
import {
  afterReplacement,
  isGenuine,
  judgeRefresh,
  presentedToken,
  type RefreshToken,
  refreshTokenOf,
} from './refresh-token.ts'
import type { Caller } from './repository.ts'
import { resealKeys } from './resealing.ts'

type SessionKey = { readonly id: SessionId } | { readonly codeDigest: string }

/** After a lost race another request has replaced the token, so a second loss hardly ever happens. */
const racesMax = 3

/** How many sessions a sign-in counts, at most. */
const countedMax = 100

export class SessionsService {
  readonly #options: SessionsServiceOptions

  constructor(options: SessionsServiceOptions) {
    this.#options = options
  }

  async start(db: Database, newSession: NewSession): Promise<StartedSession> {
    const { session, insertion } = this.draft(newSession)
    await insertion.run(db)
    return session
  }

  /** A session that begins once it is stored. */
  draft(newSession: NewSession): DraftSession {
    return draftSession(newSession, this.#options)
  }

  /**
   * The account is so far from its maximum number of sessions that one more needs no `endSurplus`, even if several begin
   * at once and none of them sees the others.
   */
  hasAmpleRoom(accountId: AccountId): Condition {
    return this.#options.sessions.hasFew(
      accountId,
      Math.min(countedMax, Math.floor(this.#options.perAccountMax / 2)),
    )
  }

  /** True if the credential is a session code; an access token never looks like one. */
  isCode(credential: string): boolean {
    return credential.startsWith(sessionCodePrefix)
  }

  /**
   * Called for each authenticated request. After its session ends or its account is suspended, a token no longer works,
   * even if it has not expired.
   * @throws `invalid_token`
   */
  principal(sessionId: SessionId): Promise<Principal> {
    return this.#caller({ id: sessionId })
  }

  /** @throws `invalid_token` */
  principalByCode(code: string): Promise<Principal> {
    return this.#caller({ codeDigest: digestSecret(code) })
  }

  /** For the calls alone with which the owner adds a first factor (I7, A94). @throws `invalid_token` */
  async principalByEnrolment(credential: string): Promise<Principal> {
    const session = { codeDigest: digestSecret(credential) }
    return (await this.#usable(session, this.#moment(), 'enrolment')).principal
  }

  /**
   * When the owner of an active session last proved who they are. A refresh does not count: it proves nothing about who
   * has the token (NIST SP 800-63B-4 §5.2). @throws `invalid_token`
   */
  async authTime(db: Database, session: OwnedSession): Promise<Date> {
    return (await this.proofs(db, session)).authenticatedAt
  }

  /** What the owner of an active session has proved, and when. @throws `invalid_token` */
  async proofs(db: Database, session: OwnedSession): Promise<SessionProofs> {
    const proofs = await this.#options.proofs.find(db, session, this.#moment())
    if (proofs === null) throw rejection('the session has ended')
    return proofs
  }

  /** Records that the owner of an active session has proved again who they are. @throws `invalid_token` */
  async renewProofs(
    transaction: Transaction,
    session: OwnedSession,
    methods: readonly AuthenticationMethod[],
  ): Promise<void> {
    const renewed = renewedProofs(await this.proofs(transaction, session), methods, this.#moment().now)
    await this.#options.proofs.store(transaction, session.sessionId, renewed)
  }

  /**
   * Replaces a refresh token with the next one. For a short time a replaced token gets the same next one again, so that
   * neither a lost answer nor a second tab signs the user out.
   * @param assertMay throws if the caller may not refresh the session. Nothing has changed then: another client must not
   * even be able to end it (A80, RFC 6749 §10.4)
   * @throws `invalid_token` unless the token belongs to an active session
   */
  async refresh(token: string, assertMay: (principal: Principal) => void): Promise<RefreshOutcome> {
    const { clock, graceSeconds, sessions } = this.#options
    const presented = presentedToken(token)
    const { sessionId } = presented
    for (let race = 0; race < racesMax; race++) {
      const { family, key } = await this.#genuineFamily(presented)
      const moment = { now: clock.now(), graceSeconds }
      const { principal } = family
      assertMay(principal)
      assertFactor(principal, this.#options.factorRule)
      const verdict = judgeRefresh(family, presented.generation, moment)
      // A database that was restored to an older state does not know its later tokens.
      if (verdict === 'unknown') throw rejection('a refresh token from the future')
      if (verdict === 'reused') return { kind: 'reused', principal }
      const refreshToken = refreshTokenOf(key, sessionId, presented.generation + 1)
      if (verdict === 'repeated') return { kind: 'repeated', principal, refreshToken }
      const { generation } = family
      const replacement = { ...moment, generation, replacedAt: afterReplacement(family, moment) }
      if (await sessions.replaceRefresh(this.#options.db, sessionId, replacement))
        return { kind: 'replaced', principal, refreshToken }
    }
    throw new Failure(unavailable, {
      retryAfterSeconds: 1,
      cause: new Error('lost every race for a refresh'),
    })
  }

  /** The owner of a refresh token that would be accepted now. @throws `invalid_token` */
  async principalByRefreshToken(token: string): Promise<Principal> {
    const { clock, graceSeconds } = this.#options
    const presented = presentedToken(token)
    const { family } = await this.#genuineFamily(presented)
    const verdict = judgeRefresh(family, presented.generation, { now: clock.now(), graceSeconds })
    if (verdict !== 'current' && verdict !== 'repeated') throw rejection('the refresh token was replaced')
    assertFactor(family.principal, this.#options.factorRule)
    return family.principal
  }

  /** The session of a refresh token, whether or not the token was replaced; null if there is none. */
  async ownerOf(token: string): Promise<Principal | null> {
    try {
      return (await this.#genuineFamily(presentedToken(token))).family.principal
    } catch (error) {
      if (error instanceof Failure && error.problem === invalidToken) return null
      throw error
    }
  }

  list(accountId: AccountId, page: Page): Promise<Session[]> {
    return this.#list(accountId, { ...page, moment: this.#moment() })
  }

  /** Like `list`, but includes sessions that are over and not yet deleted. */
  listKept(accountId: AccountId, page: Page): Promise<Session[]> {
    return this.#list(accountId, { ...page, moment: null })
  }

  /** @returns whether the account had such a session */
  async end(transaction: Transaction, { accountId, sessionId }: OwnedSession): Promise<boolean> {
    const { granted, revocations, sessions } = this.#options
    if (!(await sessions.delete(transaction, accountId, sessionId))) return false
    const children = await granted.deleteChildren(transaction, sessionId)
    await revocations.recordSessions(transaction, accountId, [sessionId, ...children])
    return true
  }

  async endAll(transaction: Transaction, accountId: AccountId): Promise<void> {
    await this.#endMany(transaction, accountId, null)
  }

  async endOthers(transaction: Transaction, { accountId, sessionId }: OwnedSession): Promise<void> {
    await this.#endMany(transaction, accountId, sessionId)
  }

  /** Like `endOthers`. The remaining session can no longer be refreshed. */
  async endAllButAccess(transaction: Transaction, caller: OwnedSession): Promise<void> {
    await this.endOthers(transaction, caller)
    await this.#options.sessions.dropRefresh(transaction, caller.sessionId)
  }

  /**
   * Ends the least recently used sessions of an account that has too many, but not the one that has just begun.
   * Otherwise one account could fill the table (I13).
   */
  async endSurplus(transaction: Transaction, begun: OwnedSession, context: RequestContext): Promise<void> {
    await endSurplus(transaction, begun, context, this.#options)
  }

  /** Deletes sessions that are over. @returns how many, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { db, sessions } = this.#options
    return await inTransaction(db, (transaction) => sessions.deleteOver(transaction, this.#moment(), limit))
  }

  /**
   * Reseals the next refresh keys after `after` that a previous master secret sealed.
   * @throws WrongMasterSecret, DamagedSeal
   */
  reseal(page: { after: string | null; dryRun: boolean }): Promise<ResealStep> {
    return resealKeys(this.#options, page)
  }

  async #caller(session: SessionKey): Promise<Principal> {
    const { activity, db, impersonators, lastSeen } = this.#options
    const moment = this.#moment()
    const caller = await this.#usable(session, moment, 'everything')
    const { principal } = caller
    const { account, accountId, impersonator } = principal
    // With the permission or their own session, an administrator loses these sessions too, at the next call (I2, A77).
    if (impersonator !== null && !(await impersonators.mayImpersonate(db, impersonator)))
      throw rejection('the administrator may no longer see the account')
    assertFactor(principal, this.#options.factorRule)
    const isOwner = account.kind === 'person' && impersonator === null
    if (isOwner && startOfDay(caller.lastSeenAt) < startOfDay(moment.now))
      activity.note(accountId, moment.now)
    await lastSeen.use(principal.sessionId, caller.lastSeenAt, moment)
    return principal
  }

  /** A session that is not over, and that is for this purpose. */
  async #usable(session: SessionKey, moment: Moment, purpose: 'everything' | 'enrolment'): Promise<Caller> {
    const { db, sessions } = this.#options
    const caller = await sessions.findCaller(db, session)
    if (caller === null) throw rejection('the session has ended')
    const { principal } = caller
    if (isOver(caller, moment)) await this.#endOver(principal)
    if ((principal.factorStatus === 'enrolment') !== (purpose === 'enrolment'))
      throw rejection('the session is for another purpose')
    return caller
  }

  async #list(accountId: AccountId, page: Page & { readonly moment: Moment | null }): Promise<Session[]> {
    const { db, lastSeen, sessions } = this.#options
    return lastSeen.refine(await sessions.list(db, accountId, page))
  }

  // It would work again if the clock were set back (I2).
  async #endOver({ accountId, sessionId }: OwnedSession): Promise<never> {
    const { audit, db } = this.#options
    const session = { accountId, sessionId }
    await inTransaction(db, async (transaction) => {
      if (await this.end(transaction, session))
        await audit.success(transaction, 'session_expiry', session, noRequest)
    }).catch(unlessUnavailable)
    throw rejection('the session has ended')
  }

  /** @throws `invalid_token` unless the token belongs to an active session */
  async #genuineFamily(presented: RefreshToken): Promise<{ family: RefreshFamily; key: string }> {
    const { db, sealer, sessions } = this.#options
    const { sessionId } = presented
    const family = await sessions.findFamily(db, sessionId)
    if (family === null) throw rejection('the session has ended')
    if (isOver(family, this.#moment())) await this.#endOver(family.principal)
    const key = sealer.open(family.keySealed, sealingContext(sessionId))
    if (!isGenuine(presented, key)) throw rejection('the refresh token was not made here')
    return { family, key }
  }

  async #endMany(transaction: Transaction, accountId: AccountId, except: SessionId | null): Promise<void> {
    // What ends sessions, such as a new password, ends what would become one too (I2, I7).
    await this.#options.unfinished.endAll(transaction, accountId)
    await endSessions(transaction, accountId, { ...this.#options, except })
  }

  #moment(): Moment {
    return momentAt(this.#options.clock.now(), this.#options.idleSeconds)
  }
}
