import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { ReauthenticationService } from '../../authentication/reauthentication/service.ts'
import { codeInvalid } from '../../authenticators/codes/model.ts'
import type { FactorProof, FactorsService } from '../../authenticators/factors/service.ts'
import type { RecoveryCodesService } from '../../authenticators/recovery-codes/service.ts'
import type { TotpEnrolment } from '../../authenticators/totp/model.ts'
import type { TotpService } from '../../authenticators/totp/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { FactorChanges } from './changes.ts'

export interface TotpEnrolmentsOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'failure'>
  readonly factorChanges: FactorChanges
  readonly factors: Pick<FactorsService, 'has'>
  readonly recoveryCodes: Pick<RecoveryCodesService, 'replace'>
  readonly reauthentication: Pick<ReauthenticationService, 'byFreshFactor'>
  readonly sessions: Pick<SessionsService, 'renewProofs'>
  readonly totp: Pick<TotpService, 'start' | 'started' | 'verifyNew'>
}

/** Adds an authenticator app to the account of the caller, or moves it to another phone. */
export class TotpEnrolments {
  readonly #options: TotpEnrolmentsOptions

  constructor(options: TotpEnrolmentsOptions) {
    this.#options = options
  }

  /** Nothing changes until a code has confirmed the new secret (A93). @throws `step_up_required` */
  async start(caller: Principal): Promise<TotpEnrolment> {
    const { db, reauthentication, totp } = this.#options
    const owner = await reauthentication.byFreshFactor(caller)
    return await inTransaction(db, async (transaction) => {
      await owner.confirm(transaction)
      return await totp.start(transaction, caller.account)
    })
  }

  /** The secret that waits for its code, for a page that has shown it and asks again. @throws `totp_not_started` */
  async started({ account }: Pick<Principal, 'account'>, secret: string): Promise<TotpEnrolment> {
    const { db, totp } = this.#options
    return await totp.started(db, account, secret)
  }

  /**
   * @returns recovery codes with the first factor; null with a further one, or if it replaces the former app
   * @throws `step_up_required`, `totp_not_started`, `code_invalid`, `rate_limited`
   */
  async confirm(caller: Principal, code: string, context: RequestContext): Promise<readonly string[] | null> {
    const { db, reauthentication, totp } = this.#options
    const { account, accountId, sessionId } = caller
    const owner = await reauthentication.byFreshFactor(caller)
    const auditSubject = { accountId, sessionId }
    const action = 'factor_addition'
    const given = { kind: 'totp', code } as const
    const proof = await totp.verifyNew({ account, given, flow: sessionId, context, action, auditSubject })
    if (proof === null) return await this.#refuse(caller, context)
    return await inTransaction(db, async (transaction) => {
      await owner.confirm(transaction)
      return await this.#add(transaction, caller, proof, context)
    })
  }

  async #add(
    transaction: Transaction,
    caller: Principal,
    proof: FactorProof,
    context: RequestContext,
  ): Promise<readonly string[] | null> {
    const { factorChanges, factors, recoveryCodes, sessions } = this.#options
    const isFirst = !(await factors.has(transaction, caller.accountId))
    if (!(await proof.use(transaction))) throw new Failure(codeInvalid)
    await sessions.renewProofs(transaction, caller, proof.methods)
    const change = { action: 'factor_addition', method: 'totp', notification: 'factor_added' } as const
    await factorChanges.complete(transaction, { ...change, caller, context })
    return isFirst ? await recoveryCodes.replace(transaction, caller.accountId) : null
  }

  async #refuse({ accountId, sessionId }: Principal, context: RequestContext): Promise<never> {
    const { audit, db } = this.#options
    const subject = { accountId, sessionId, method: 'totp', reason: codeInvalid.code }
    await audit.failure(db, 'factor_addition', subject, context)
    throw new Failure(codeInvalid, { detail: wrongCode })
  }
}

const wrongCode =
  'This is not the code that the app shows now. Check the clock of the phone, and type the next code.'
