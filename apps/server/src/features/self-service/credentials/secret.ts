import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type {
  Reauthentication,
  ReauthenticationService,
} from '../../authentication/reauthentication/service.ts'
import type { UserSecretsService } from '../../authenticators/user-secrets/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditSubject } from '../../safeguards/audit/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { IdempotencyService } from '../../safeguards/idempotency/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'

export interface SecretRenewalOptions {
  readonly db: Database
  readonly audit: AuditService
  readonly idempotency: IdempotencyService
  readonly outbox: OutboxService
  readonly sessions: SessionsService
  readonly userSecrets: UserSecretsService
  readonly reauthentication: Pick<ReauthenticationService, 'byFreshSession'>
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
   * Makes a new secret, shown this once; from then on the old one signs nobody in, and nothing lives but the caller's
   * own session, which is not refreshed any more. With a key it is done once, however often it is asked for.
   * @throws `step_up_required`, `validation_failed` where the key came from elsewhere before
   */
  async renew(caller: Principal, context: RequestContext, key: string | null): Promise<string> {
    const { reauthentication } = this.#options
    // Asked for the answer that is kept as well: it holds the secret.
    const renewal = { caller, context, owner: await reauthentication.byFreshSession(caller) }
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
    const { audit, db, idempotency } = this.#options
    const { accountId } = renewal.caller
    // The account is part of the request, or the same key would get another one's secret.
    const retry = { key, client: accountId, request: { operation: 'renew_secret', accountId } }
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
    // Whoever got the secret a second time should be known.
    if (!isDone) await audit.repeated(db, 'secret_renewal', subjectOf(renewal), renewal.context)
    return secret
  }

  async #replace(transaction: Transaction, renewal: Renewal): Promise<string> {
    const { audit, outbox, sessions, userSecrets } = this.#options
    const { caller, context } = renewal
    const secret = await userSecrets.renew(transaction, caller.accountId)
    await sessions.endAllButAccess(transaction, caller)
    await audit.success(transaction, 'secret_renewal', subjectOf(renewal), context)
    await outbox.notifyOwner(transaction, caller.account, 'secret_renewed', { context })
    return secret
  }
}

function subjectOf({ caller: { accountId, sessionId }, owner: { method } }: Renewal): AuditSubject {
  return { accountId, sessionId, method }
}
