import type { Transaction } from '../../../platform/database/tables.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { GivenCredentials } from '../../authentication/reauthentication/model.ts'
import type {
  Reauthentication,
  ReauthenticationService,
} from '../../authentication/reauthentication/service.ts'
import type { CodesService } from '../../authenticators/codes/service.ts'
import type { UserSecretsService } from '../../authenticators/user-secrets/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditSubject } from '../../safeguards/audit/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { IdempotencyService } from '../../safeguards/idempotency/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'

export interface SecretRenewalOptions {
  readonly codes: Pick<CodesService, 'cancelAll'>
  readonly audit: AuditService
  readonly idempotency: Pick<IdempotencyService, 'doOnce'>
  readonly outbox: OutboxService
  readonly sessions: SessionsService
  readonly userSecrets: UserSecretsService
  readonly reauthentication: Pick<ReauthenticationService, 'byStrongest'>
}

interface Renewal {
  readonly caller: Principal
  readonly context: RequestContext
  readonly owner: Reauthentication
}

export class SecretRenewalService {
  readonly #options: SecretRenewalOptions

  constructor(options: SecretRenewalOptions) {
    this.#options = options
  }

  /**
   * Generates a new user secret, which is shown only once. The old one no longer works, and every other session ends.
   * The session of the caller can no longer be refreshed. With an idempotency key this happens once, however often the
   * request is sent.
   * @throws `validation_failed`, also if the key was used for a different request, `invalid_credentials`,
   * `step_up_required`, `rate_limited`, `overloaded`
   */
  async renew(
    caller: Principal,
    given: GivenCredentials,
    context: RequestContext,
    key: string | null,
  ): Promise<string> {
    const { audit, idempotency, reauthentication } = this.#options
    // Also needed before a stored answer is repeated, because it contains the secret.
    const owner = await reauthentication.byStrongest(caller, given, context)
    const renewal = { caller, context, owner }
    return await idempotency.doOnce({
      key,
      operation: 'secret_renewal',
      callerId: caller.accountId,
      context,
      input: {},
      // Also for a repetition, which refunds a right password.
      authorise: (transaction) => owner.confirm(transaction),
      work: (transaction) => this.#replace(transaction, renewal),
      accountIdOf: () => caller.accountId,
      recordRepetition: (transaction) =>
        audit.repeated(transaction, 'secret_renewal', subjectOf(renewal), context),
    })
  }

  async #replace(transaction: Transaction, renewal: Renewal): Promise<string> {
    const { audit, codes, outbox, sessions, userSecrets } = this.#options
    const { caller, context } = renewal
    const secret = await userSecrets.renew(transaction, caller.accountId)
    await sessions.endAllButAccess(transaction, caller)
    await codes.cancelAll(transaction, caller.accountId)
    await audit.success(transaction, 'secret_renewal', subjectOf(renewal), context)
    await outbox.notifyOwner(transaction, caller.account, 'secret_renewed', { context })
    return secret
  }
}

function subjectOf({ caller: { accountId, sessionId }, owner: { method } }: Renewal): AuditSubject {
  return { accountId, sessionId, method }
}
