import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { Principal } from '../../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import type { ReauthenticationService } from '../../../authentication/reauthentication/service.ts'
import type { FactorsService } from '../../../authenticators/factors/service.ts'
import { type NewCredential, passkeyRefused } from '../../../authenticators/passkeys/model.ts'
import type { CreationOptions } from '../../../authenticators/passkeys/options/model.ts'
import type { Flow, PasskeysService } from '../../../authenticators/passkeys/service.ts'
import type { RecoveryCodesService } from '../../../authenticators/recovery-codes/service.ts'
import type { AuditService } from '../../../safeguards/audit/service.ts'
import type { IdempotencyService } from '../../../safeguards/idempotency/service.ts'
import type { SessionsService } from '../../../session-management/sessions/service.ts'
import type { FactorChanges } from '../changes.ts'
import { readFactorName } from '../input.ts'
import type { AddedPasskey, GivenPasskey } from './model.ts'

export interface PasskeyAdditionsOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'failure' | 'repeated'>
  readonly factorChanges: FactorChanges
  readonly idempotency: Pick<IdempotencyService, 'doOnce'>
  readonly factors: Pick<FactorsService, 'has'>
  readonly passkeys: Pick<PasskeysService, 'add' | 'startAddition' | 'verifyAddition'>
  readonly recoveryCodes: Pick<RecoveryCodesService, 'replace'>
  readonly reauthentication: Pick<ReauthenticationService, 'byFreshFactor'>
  readonly sessions: Pick<SessionsService, 'renewProofs'>
}

/** Adds passkeys to the account of the caller. */
export class PasskeyAdditions {
  readonly #options: PasskeyAdditionsOptions

  constructor(options: PasskeyAdditionsOptions) {
    this.#options = options
  }

  /** @throws `step_up_required` */
  async start(caller: Principal): Promise<Flow<CreationOptions>> {
    const { passkeys, reauthentication } = this.#options
    await reauthentication.byFreshFactor(caller)
    return await passkeys.startAddition(caller.account, caller.sessionId)
  }

  /**
   * With an idempotency key, this happens once, however often the request is sent.
   * @throws `step_up_required`, `validation_failed`, `passkey_refused`, `passkey_taken`, `too_many_passkeys`
   */
  async add(
    caller: Principal,
    given: GivenPasskey,
    { context, key }: { readonly context: RequestContext; readonly key: string | null },
  ): Promise<AddedPasskey> {
    const { audit, db, idempotency, passkeys, reauthentication } = this.#options
    const { accountId, sessionId } = caller
    const subject = { accountId, sessionId, method: 'passkey' }
    const name = given.name === undefined ? null : readFactorName(given.name)
    const owner = await reauthentication.byFreshFactor(caller)
    // Outside the transaction, so that a failure uses the options up too. A repeated request has used them up before.
    const credential = await passkeys.verifyAddition(given, accountId, sessionId)
    try {
      return await idempotency.doOnce({
        key,
        operation: 'factor_addition',
        callerId: accountId,
        context,
        input: { accountId, ...given },
        authorise: (transaction) => owner.confirm(transaction),
        work: async (transaction) => {
          if (credential === null) throw new Failure(passkeyRefused)
          return await this.#add(transaction, caller, { credential, name }, context)
        },
        accountIdOf: () => accountId,
        recordRepetition: (transaction) => audit.repeated(transaction, 'factor_addition', subject, context),
      })
    } catch (error) {
      if (error instanceof Failure && error.problem === passkeyRefused)
        await audit.failure(db, 'factor_addition', { ...subject, reason: passkeyRefused.code }, context)
      throw error
    }
  }

  async #add(
    transaction: Transaction,
    caller: Principal,
    { credential, name }: { readonly credential: NewCredential; readonly name: string | null },
    context: RequestContext,
  ): Promise<AddedPasskey> {
    const { factorChanges, factors, passkeys, recoveryCodes, sessions } = this.#options
    const { accountId } = caller
    const isFirst = !(await factors.has(transaction, accountId))
    const factor = await passkeys.add(transaction, accountId, credential, name)
    await sessions.renewProofs(transaction, caller, ['passkey'])
    const change = { action: 'factor_addition', method: 'passkey', notification: 'factor_added' } as const
    await factorChanges.complete(transaction, { ...change, caller, context })
    return { factor, recoveryCodes: isFirst ? await recoveryCodes.replace(transaction, accountId) : null }
  }
}
