import type { Transaction } from '../../../platform/database/tables.ts'
import type { Condition } from '../../../platform/database/write-if.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { SecondFactorRule } from '../../../platform/kernel/second-factor-rule.ts'
import type { FactorsService } from '../../authenticators/factors/service.ts'
import type { RolesService } from '../../authorization/roles/service.ts'
import type { ChallengesService } from '../../session-management/challenges/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { FactorEnrolmentRequired, SecondFactorRequired } from '../sign-in/model.ts'
import type { ProvenSignIn, SecondFactorPolicy } from '../sign-in/service.ts'
import { canFinish, enrolmentSeconds } from './model.ts'

export interface SecondFactorsOptions {
  readonly factorRule: SecondFactorRule
  readonly factors: Pick<FactorsService, 'has' | 'hasNone' | 'offered'>
  readonly challenges: Pick<ChallengesService, 'start'>
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

  async challenge(transaction: Transaction, signIn: ProvenSignIn): Promise<SecondFactorRequired | null> {
    const { factorRecoveryWaits, factorRule, factors } = this.#options
    const { account, context } = signIn
    if (signIn.hasSecondFactor === true) {
      await factorRecoveryWaits.endByFactor(transaction, account.id, context)
      return null
    }
    if (!factorRule.asks) return null
    if (!(await factors.has(transaction, account.id))) return null
    return {
      kind: 'second_factor_required',
      challenge: await this.#start(transaction, signIn),
      factors: await factors.offered(transaction, account),
    }
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
