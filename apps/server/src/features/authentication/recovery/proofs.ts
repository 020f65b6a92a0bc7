import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { codeFailure, codeInvalid } from '../../authenticators/codes/model.ts'
import type { CodeProof, CodesService } from '../../authenticators/codes/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { IdentifiersService, LookUp } from '../../users/accounts/identifiers/service.ts'
import { guessSubjectOf } from '../../users/accounts/model.ts'
import { bindingOf, guessedBy, recoveryWaiting } from './model.ts'
import type { ProvedRecovery, RecoveryTargets } from './targets.ts'
import type { RecoveryWaits } from './waits.ts'

export interface RecoveryProofsOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'success' | 'refusal'>
  readonly identifiers: Pick<IdentifiersService, 'lookUp'>
  readonly codes: Pick<CodesService, 'check' | 'issue'>
  readonly targets: RecoveryTargets
  readonly waits: Pick<RecoveryWaits, 'endOf'>
}

/** Exchanges a code for a token that lets its holder set a new password. */
export class RecoveryProofs {
  readonly #options: RecoveryProofsOptions

  constructor(options: RecoveryProofsOptions) {
    this.#options = options
  }

  /**
   * @returns the recovery token
   * @throws `code_invalid`, `code_expired`, `recovery_waiting`, `rate_limited`
   */
  async verify(identifier: string, code: string, context: RequestContext): Promise<string> {
    return await this.verifyFor(await this.#options.identifiers.lookUp(identifier), code, context)
  }

  /** The same for an account that was found in another way. */
  async verifyFor(found: LookUp, code: string, context: RequestContext): Promise<string> {
    const { audit, codes, db, targets } = this.#options
    const target = await targets.find(db, found)
    const { kind } = target?.contact ?? targets.decoyFor(found)
    const auditSubject = { accountId: found.account?.id ?? null, method: kind }
    const result = await codes.check({
      ...bindingOf('recovery', found.subject, kind),
      code,
      subject: guessedBy(found, kind).subject,
      typed: found.typed,
      context,
      action: 'recovery_verification',
      auditSubject,
    })
    if (!result.isRight) {
      const failure = codeFailure(result)
      const subject = { ...auditSubject, reason: failure.problem.code }
      await audit.refusal(db, 'recovery_verification', subject, context, result)
      throw failure
    }
    return await this.#exchange(result, context)
  }

  async #exchange(proof: CodeProof, context: RequestContext): Promise<string> {
    const { db, targets, waits } = this.#options
    const outcome = await inTransaction(db, async (transaction) => {
      const recovery = await targets.use(transaction, proof)
      if (recovery === null) throw new Failure(codeInvalid)
      const waitEndsAt = await waits.endOf(transaction, recovery, context)
      if (waitEndsAt === null) return await this.#issueToken(transaction, recovery, context)
      return waitEndsAt
    })
    // After the commit: the wait has begun, and the code is used up.
    if (outcome instanceof Date) throw waiting(outcome)
    return outcome
  }

  async #issueToken(
    transaction: Transaction,
    { account, proved }: ProvedRecovery,
    context: RequestContext,
  ): Promise<string> {
    const { audit } = this.#options
    const token = await this.issueToken(transaction, account.id, proved)
    const subject = { accountId: account.id, method: proved.kind }
    await audit.success(transaction, 'recovery_verification', subject, context)
    return token
  }

  /** Lets the holder of this contact set a new password, within ten minutes. */
  async issueToken(
    transaction: Transaction,
    accountId: AccountId,
    contact: ProvedRecovery['proved'],
  ): Promise<string> {
    const binding = bindingOf('recovery_token', guessSubjectOf(accountId), contact.kind)
    let token = ''
    await this.#options.codes.issue(
      transaction,
      { ...binding, accountId, contact },
      async ({ linkToken }) => {
        token = linkToken
        return true
      },
    )
    return token
  }
}

function waiting(usableAt: Date): Failure {
  return new Failure(recoveryWaiting, { members: { usable_at: usableAt.toISOString() } })
}
