import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { AccountId, ClientId } from '../../../platform/kernel/ids.ts'
import { clientKeyOf } from '../../../platform/kernel/request-context.ts'
import type { ShownSecret } from '../../authorization/clients/model.ts'
import type { ClientsService } from '../../authorization/clients/service.ts'
import type { Author } from '../../authorization/roles/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { IdempotencyService } from '../../safeguards/idempotency/service.ts'
import type { CreatedClient, NewClientInput } from './model.ts'
import type { ClientAdministration } from './service.ts'

export interface ClientCreationOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'repeated'>
  readonly clientAdministration: Pick<ClientAdministration, 'create' | 'createIn'>
  readonly clients: Pick<ClientsService, 'get'>
  readonly idempotency: Pick<IdempotencyService, 'answer'>
}

/** Creates clients at the request of an administrator, who may have to send the request again. */
export class ClientCreation {
  readonly #options: ClientCreationOptions

  constructor(options: ClientCreationOptions) {
    this.#options = options
  }

  /**
   * Creates a client. With an idempotency key this happens once, however often the request is sent.
   * @throws the failures of `ClientAdministration.create`, and `not_found` if it has been deleted since
   */
  async create(input: NewClientInput, author: Author, key: string | null): Promise<CreatedClient> {
    const { clientAdministration } = this.#options
    if (key === null || author.caller === null) return await clientAdministration.create(input, author)
    return await this.#createOnce(input, { ...author, accountId: author.caller.accountId }, key)
  }

  async #createOnce(
    input: NewClientInput,
    author: Author & { readonly accountId: AccountId },
    key: string,
  ): Promise<CreatedClient> {
    const { audit, clientAdministration, clients, db, idempotency } = this.#options
    const { accountId, context } = author
    // The account is part of the request: otherwise the same key would return the secret to another administrator.
    const request = { operation: 'create_client', accountId, input }
    const holder = { client: clientKeyOf(context), account: accountId }
    let isDone = false
    const answer = await idempotency.answer(
      { key, client: accountId, request, holder, holdsSecret: true },
      async (once) => {
        await inTransaction(db, (transaction) =>
          once(transaction, async () => {
            const { client, secret } = await clientAdministration.createIn(transaction, input, author)
            return { answer: JSON.stringify({ id: client.id, secret }), accountId }
          }),
        )
        isDone = true
      },
    )
    const { id, secret } = JSON.parse(answer) as { id: ClientId; secret: ShownSecret | null }
    const client = await clients.get(db, id)
    // The audit trail must show who got the secret again.
    const subject = { accountId: client.accountId, target: `client:${id}` }
    if (!isDone) await audit.repeated(db, 'client_creation', subject, context)
    return { client, secret: secret && { ...secret, createdAt: new Date(secret.createdAt) } }
  }
}
