import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId, FactorId } from '../../../platform/kernel/ids.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { SecondFactorRule } from '../../../platform/kernel/second-factor-rule.ts'
import type { ReauthenticationService } from '../../authentication/reauthentication/service.ts'
import type { WaysIn } from '../../authentication/ways-in/service.ts'
import type { Factor } from '../../authenticators/factors/model.ts'
import type { FactorsService } from '../../authenticators/factors/service.ts'
import type { RecoveryCodesService } from '../../authenticators/recovery-codes/service.ts'
import type { RolesService } from '../../authorization/roles/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { FactorChanges } from './changes.ts'
import { readFactorName } from './input.ts'
import { lastFactor, noSecondFactor, type OwnFactors } from './model.ts'

export interface OwnFactorsOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'success'>
  readonly factorChanges: FactorChanges
  readonly factors: Pick<FactorsService, 'has' | 'list' | 'remove' | 'rename'>
  readonly recoveryCodes: Pick<RecoveryCodesService, 'left' | 'removeAll' | 'replace'>
  readonly factorRule: Pick<SecondFactorRule, 'requires'>
  readonly roles: Pick<RolesService, 'grantsOf'>
  readonly reauthentication: Pick<ReauthenticationService, 'byFreshFactor'>
  readonly waysIn: WaysIn
}

/** What owners do with their second factors, of whatever kind. */
export class OwnFactorsService {
  readonly #options: OwnFactorsOptions

  constructor(options: OwnFactorsOptions) {
    this.#options = options
  }

  async list(accountId: AccountId): Promise<OwnFactors> {
    const { db, factors, recoveryCodes } = this.#options
    return {
      factors: await factors.list(db, accountId),
      recoveryCodesLeft: await recoveryCodes.left(db, accountId),
    }
  }

  /** @throws `not_found`, `validation_failed` */
  async rename(caller: Principal, id: FactorId, given: string, context: RequestContext): Promise<Factor> {
    const { audit, db, factors } = this.#options
    const { accountId, sessionId } = caller
    const name = readFactorName(given)
    return await inTransaction(db, async (transaction) => {
      if (!(await factors.rename(transaction, accountId, id, name))) throw noSuchFactor()
      await audit.success(transaction, 'factor_change', { accountId, sessionId }, context)
      const factor = (await factors.list(transaction, accountId)).find((each) => each.id === id)
      if (factor === undefined) throw noSuchFactor()
      return factor
    })
  }

  /**
   * With the last factor, the recovery codes go too: they stand in for nothing.
   * @throws `step_up_required`, `not_found`, `last_factor`, `last_sign_in_method`
   */
  async remove(caller: Principal, id: FactorId, context: RequestContext): Promise<void> {
    const { db, factorChanges, factors, reauthentication, recoveryCodes, waysIn } = this.#options
    const { accountId } = caller
    const owner = await reauthentication.byFreshFactor(caller)
    await inTransaction(db, async (transaction) => {
      await owner.confirm(transaction)
      const factor = (await factors.list(transaction, accountId)).find((each) => each.id === id)
      if (factor === undefined) throw noSuchFactor()
      await factors.remove(transaction, accountId, id)
      await waysIn.assertOneRemains(transaction, accountId)
      if (!(await factors.has(transaction, accountId))) {
        await this.#assertNotRequired(transaction, caller)
        await recoveryCodes.removeAll(transaction, accountId)
      }
      const change = { action: 'factor_removal', notification: 'factor_removed' } as const
      await factorChanges.complete(transaction, { ...change, method: factor.kind, caller, context })
    })
  }

  /** An account that must have a second factor keeps its last one (A103). The roles are read under the lock. */
  async #assertNotRequired(transaction: Transaction, { account, accountId }: Principal): Promise<void> {
    const { factorRule, roles } = this.#options
    const held = await roles.grantsOf(transaction, accountId)
    if (factorRule.requires(account, held.roles)) throw new Failure(lastFactor)
  }

  /** The earlier codes no longer work. @throws `step_up_required`, `no_second_factor` */
  async replaceRecoveryCodes(caller: Principal, context: RequestContext): Promise<readonly string[]> {
    const { db, factorChanges, factors, reauthentication, recoveryCodes } = this.#options
    const { accountId } = caller
    const owner = await reauthentication.byFreshFactor(caller)
    return await inTransaction(db, async (transaction) => {
      await owner.confirm(transaction)
      if (!(await factors.has(transaction, accountId))) throw new Failure(noSecondFactor)
      const codes = await recoveryCodes.replace(transaction, accountId)
      const change = { action: 'recovery_codes_renewal', notification: 'recovery_codes_replaced' } as const
      await factorChanges.complete(transaction, { ...change, method: 'recovery_code', caller, context })
      return codes
    })
  }
}

function noSuchFactor(): Failure {
  return new Failure(notFound, { detail: 'Your account has no such second factor.' })
}
