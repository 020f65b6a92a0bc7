import type { Database } from '../../../platform/database/tables.ts'
import type { ClientsService } from '../../authorization/clients/service.ts'
import type { Author } from '../../authorization/roles/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import { accessOfRoute, type IdempotencyService } from '../../safeguards/idempotency/service.ts'
import type { CreatedClient, NewClientInput } from './model.ts'
import { type ClientAdministration, subjectOf } from './service.ts'

export interface ClientCreationOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'repeated'>
  readonly clientAdministration: Pick<ClientAdministration, 'create' | 'createIn' | 'lock'>
  readonly clients: Pick<ClientsService, 'get'>
  readonly idempotency: Pick<IdempotencyService, 'doOnce'>
}

/** Creates clients at the request of an administrator, who may have to send the request again. */
export class ClientCreation {
  readonly #options: ClientCreationOptions

  constructor(options: ClientCreationOptions) {
    this.#options = options
  }

  /**
   * Creates a client. With an idempotency key this happens once, however often the request is sent.
   * @throws the failures of `ClientAdministration.create`. For a repetition, `not_found` if the client has been deleted
   * since, and `forbidden` if it may since do more than the author
   */
  async create(input: NewClientInput, author: Author, key: string | null): Promise<CreatedClient> {
    const { audit, clientAdministration, clients, db, idempotency } = this.#options
    if (key === null) return await clientAdministration.create(input, author)
    const { caller, context } = author
    const callerId = caller?.accountId ?? null
    const { id, secret } = await idempotency.doOnce({
      key,
      operation: 'client_creation',
      callerId,
      context,
      input,
      authorise: accessOfRoute,
      work: async (transaction) => {
        const { client, secret } = await clientAdministration.createIn(transaction, input, author)
        return { id: client.id, secret }
      },
      accountIdOf: () => callerId,
      recordRepetition: async (transaction, { id }) => {
        const { client } = await clientAdministration.lock(transaction, id, author)
        await audit.repeated(transaction, 'client_creation', subjectOf(client), context)
      },
    })
    return { client: await clients.get(db, id), secret }
  }
}
