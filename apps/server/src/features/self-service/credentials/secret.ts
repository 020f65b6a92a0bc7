import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import { clientKeyOf, type RequestContext } from '../../../platform/kernel/request-context.ts'
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
  readonly db: Database
  readonly codes: Pick<CodesService, 'cancelAll'>
  readonly audit: AuditService
  readonly idempotency: IdempotencyService
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
    const { reauthentication } = this.#options
    // Also needed before a stored answer is repeated, because it contains the secret.
    const owner = await reauthentication.byStrongest(caller, given, context)
    const renewal = { caller, context, owner }
    const secret = key === null ? await this.#renewNow(renewal) : await this.#renewOnce(renewal, key)
    return secret
  }

  async #renewNow(renewal: Renewal): Promise<string> {
    return await inTransaction(this.#options.db, async (transaction) => {
      await renewal.owner.confirm(transaction)
      return await this.#replace(transaction, renewal)
    })
  }

  async #renewOnce(renewal: Renewal, key: string): Promise<string> {
    const { db, idempotency } = this.#options
    const { accountId } = renewal.caller
    // The account is part of the request: otherwise the same key would return the secret of another account.
    const holder = { client: clientKeyOf(renewal.context), account: accountId }
    const request = { operation: 'renew_secret', accountId }
    const retry = { key, client: accountId, request, holder, holdsSecret: true }
    let isDone = false
    const secret = await idempotency.answer(retry, async (once) => {
      await inTransaction(db, async (transaction) => {
        await renewal.owner.confirm(transaction)
        await once(transaction, async () => ({
          answer: await this.#replace(transaction, renewal),
          accountId,
        }))
      })
      isDone = true
    })
    if (!isDone) await this.#repeat(renewal)
    return secret
  }

  /** The audit trail must show who got the secret again. The proof is confirmed, which also refunds a right password. */
  async #repeat(renewal: Renewal): Promise<void> {
    const { audit, db } = this.#options
    await inTransaction(db, async (transaction) => {
      await renewal.owner.confirm(transaction)
      await audit.repeated(transaction, 'secret_renewal', subjectOf(renewal), renewal.context)
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
