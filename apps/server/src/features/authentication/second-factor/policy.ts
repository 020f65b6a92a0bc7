import type { Transaction } from '../../../platform/database/tables.ts'
import type { Condition } from '../../../platform/database/write-if.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { SecondFactorRule } from '../../../platform/kernel/second-factor-rule.ts'
import type { RecoveryMarks } from '../../authenticators/contact-codes/recovered-by/service.ts'
import type { ContactCodesService } from '../../authenticators/contact-codes/service.ts'
import type { FactorsService } from '../../authenticators/factors/service.ts'
import type { RolesService } from '../../authorization/roles/service.ts'
import type { ChallengesService } from '../../session-management/challenges/service.ts'
import { provesOwnFactor } from '../../session-management/sessions/model.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { FactorEnrolmentRequired, SecondFactorRequired } from '../sign-in/model.ts'
import type { ProvenSignIn, SecondFactorPolicy } from '../sign-in/service.ts'
import type { DeviceTrust } from './device-trust.ts'
import { canFinish, enrolmentSeconds } from './model.ts'

export interface SecondFactorsOptions {
  readonly factorRule: SecondFactorRule
  readonly factors: Pick<FactorsService, 'has' | 'hasNone' | 'offered'>
  readonly contactCodes: Pick<ContactCodesService, 'offerTo'>
  readonly recoveryMarks: Pick<RecoveryMarks, 'clear'>
  readonly challenges: Pick<ChallengesService, 'start'>
  readonly deviceTrust: Pick<DeviceTrust, 'accepts' | 'isOffered'>
  readonly roles: Pick<RolesService, 'grantsOf'>
  readonly sessions: Pick<SessionsService, 'start' | 'endSurplus'>
  /** Ends what someone may have begun by saying that the second factor is lost. */
  readonly factorRecoveryWaits: {
    endByFactor(transaction: Transaction, accountId: AccountId, context: RequestContext): Promise<void>
  }
}

/** Decides who is asked for a second factor: everyone who has added one, and everyone who must have one. */
export class SecondFactors implements SecondFactorPolicy {
  readonly #options: SecondFactorsOptions

  constructor(options: SecondFactorsOptions) {
    this.#options = options
  }

  async trusts(transaction: Transaction, signIn: ProvenSignIn): Promise<boolean> {
    const { deviceTrust, factorRule } = this.#options
    return factorRule.asks && (await deviceTrust.accepts(transaction, signIn))
  }

  async challenge(transaction: Transaction, signIn: ProvenSignIn): Promise<SecondFactorRequired | null> {
    const { factorRule, factors } = this.#options
    if (signIn.hasSecondFactor === true) return await this.#noteFactor(transaction, signIn)
    if (!factorRule.asks || signIn.isFromTrustedDevice === true) return null
    const hasOwnFactor = await factors.has(transaction, signIn.account.id)
    if (hasOwnFactor || (await this.#isRequired(transaction, signIn)))
      return await this.#ask(transaction, signIn, hasOwnFactor)
    return null
  }

  /**
   * Someone who has just given a factor of their own is the owner, whichever contact has recovered the account, and has not
   * lost the factor (A95). A code that was sent shows neither.
   */
  async #noteFactor(transaction: Transaction, { account, context, methods }: ProvenSignIn): Promise<null> {
    if (!provesOwnFactor(methods)) return null
    const { factorRecoveryWaits, recoveryMarks } = this.#options
    await factorRecoveryWaits.endByFactor(transaction, account.id, context)
    await recoveryMarks.clear(transaction, account.id)
    return null
  }

  /** @returns null if the account has nothing that it could give, and so must add a factor */
  async #ask(
    transaction: Transaction,
    signIn: ProvenSignIn,
    hasOwnFactor: boolean,
  ): Promise<SecondFactorRequired | null> {
    const { contactCodes, factors } = this.#options
    const { account, methods } = signIn
    const own = hasOwnFactor ? await factors.offered(transaction, account) : []
    const byContact = await contactCodes.offerTo(transaction, { account, methods, hasOwnFactor })
    const offered = [...own, ...byContact.kinds]
    // Otherwise someone who has only the mailbox could add a factor of their own (A95).
    if (offered.length === 0 && !byContact.isWithheld) return null
    const challenge = offered.length > 0 ? await this.#start(transaction, signIn) : null
    const mayTrustDevice = hasOwnFactor && (await this.#options.deviceTrust.isOffered(transaction, account))
    return { kind: 'second_factor_required', challenge, factors: offered, mayTrustDevice }
  }

  async enrolment(transaction: Transaction, signIn: ProvenSignIn): Promise<FactorEnrolmentRequired | null> {
    if (signIn.hasSecondFactor === true || !(await this.#isRequired(transaction, signIn))) return null
    return { kind: 'factor_enrolment_required', enrolment: await this.#startEnrolment(transaction, signIn) }
  }

  asksNothingIf({ account }: ProvenSignIn, roles: readonly string[]): readonly Condition[] | null {
    const { factorRule, factors } = this.#options
    if (!factorRule.asks) return []
    return factorRule.requires(account, roles) ? null : factors.hasNone(account.id)
  }

  async #isRequired(transaction: Transaction, { account }: ProvenSignIn): Promise<boolean> {
    const { factorRule, roles } = this.#options
    const held = factorRule.dependsOnRoles ? (await roles.grantsOf(transaction, account.id)).roles : []
    return factorRule.requires(account, held)
  }

  async #start(transaction: Transaction, signIn: ProvenSignIn): Promise<string | null> {
    if (!canFinish(signIn)) return null
    const { account, purpose, methods, mode, lifeSecondsMax = null } = signIn
    const { action } = purpose
    const pending = { accountId: account.id, action, methods, mode, lifeSecondsMax }
    return await this.#options.challenges.start(transaction, pending)
  }

  async #startEnrolment(transaction: Transaction, signIn: ProvenSignIn): Promise<string | null> {
    const { sessions } = this.#options
    const { account, context, methods } = signIn
    if (!canFinish(signIn)) return null
    const asked = { mode: 'enrolment', lifeSecondsMax: enrolmentSeconds } as const
    const session = await sessions.start(transaction, { accountId: account.id, methods, context, ...asked })
    await sessions.endSurplus(transaction, { accountId: account.id, sessionId: session.id }, context)
    return session.code
  }
}
