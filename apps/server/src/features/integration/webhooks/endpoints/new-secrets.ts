import type { Transaction } from '../../../../platform/database/tables.ts'
import type { AccountId, WebhookId } from '../../../../platform/kernel/ids.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../../safeguards/audit/service.ts'
import { accessOfRoute, type IdempotencyService } from '../../../safeguards/idempotency/service.ts'
import { type EndpointSettings, targetOf } from './model.ts'
import type { EndpointsService } from './service.ts'

export interface NewSecretsOptions {
  readonly endpoints: Pick<EndpointsService, 'create' | 'rotateSecret'>
  readonly idempotency: Pick<IdempotencyService, 'doOnce'>
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
    const { idempotency, audit } = this.#options
    return await idempotency.doOnce({
      key,
      operation: action,
      callerId: accountId,
      context,
      input: request,
      authorise: accessOfRoute,
      work,
      accountIdOf: () => null,
      recordRepetition: (transaction, { id }) =>
        audit.repeated(transaction, action, { target: targetOf(id) }, context),
    })
  }
}
