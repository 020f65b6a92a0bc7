import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { AccountId, WebhookId } from '../../../../platform/kernel/ids.ts'
import { clientKeyOf, type RequestContext } from '../../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../../safeguards/audit/service.ts'
import type { IdempotencyService } from '../../../safeguards/idempotency/service.ts'
import { type EndpointSettings, targetOf } from './model.ts'
import type { EndpointsService } from './service.ts'

export interface NewSecretsOptions {
  readonly db: Database
  readonly endpoints: Pick<EndpointsService, 'create' | 'rotateSecret'>
  readonly idempotency: Pick<IdempotencyService, 'answer'>
  readonly audit: Pick<AuditService, 'repeated'>
}

/** Who asks, and the key with which the same request may be sent again. */
export interface Source {
  readonly accountId: AccountId
  readonly context: RequestContext
  readonly idempotencyKey: string | null
}

/** A secret is shown once. */
export interface ShownSecret {
  readonly id: WebhookId
  readonly secret: string
}

interface Operation {
  readonly action: 'webhook_creation' | 'webhook_secret_rotation'
  readonly request: object
}

/** The calls whose answer has a secret. With an idempotency key, each happens once, however often it is sent. */
export class NewSecretsService {
  readonly #options: NewSecretsOptions

  constructor(options: NewSecretsOptions) {
    this.#options = options
  }

  /** @throws `validation_failed`, `too_many_webhooks` */
  async create(settings: EndpointSettings, source: Source): Promise<ShownSecret> {
    const { endpoints } = this.#options
    const operation = { action: 'webhook_creation', request: settings } as const
    return await this.#once(operation, source, async (transaction) => {
      const { endpoint, secret } = await endpoints.create(transaction, settings, source.context)
      return { id: endpoint.id, secret }
    })
  }

  /** @throws `not_found` */
  async rotate(id: WebhookId, overlapSeconds: number, source: Source): Promise<ShownSecret> {
    const { endpoints } = this.#options
    const operation = { action: 'webhook_secret_rotation', request: { id, overlapSeconds } } as const
    const rotation = { overlapSeconds, context: source.context }
    return await this.#once(operation, source, async (transaction) => ({
      id,
      secret: await endpoints.rotateSecret(transaction, id, rotation),
    }))
  }

  async #once(
    { action, request }: Operation,
    { accountId, context, idempotencyKey: key }: Source,
    work: (transaction: Transaction) => Promise<ShownSecret>,
  ): Promise<ShownSecret> {
    const { db, idempotency, audit } = this.#options
    if (key === null) return await inTransaction(db, work)
    // The account is part of the request: otherwise the same key would show the secret to another caller.
    const holder = { client: clientKeyOf(context), account: accountId }
    const retry = {
      key,
      client: accountId,
      request: { action, request, accountId },
      holder,
      holdsSecret: true,
    }
    let isDone = false
    const answer = await idempotency.answer(retry, async (once) => {
      await inTransaction(db, async (transaction) => {
        await once(transaction, async () => ({
          answer: JSON.stringify(await work(transaction)),
          accountId: null,
        }))
      })
      isDone = true
    })
    const shown = JSON.parse(answer) as ShownSecret
    // The audit trail must show who got the secret again.
    if (!isDone) await audit.repeated(db, action, { target: targetOf(shown.id) }, context)
    return shown
  }
}
