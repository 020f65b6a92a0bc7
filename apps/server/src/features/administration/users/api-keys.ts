import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { ApiKeyId } from '../../../platform/kernel/ids.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import type { ApiKeyManagement } from '../../authenticators/api-keys/management/service.ts'
import type { ApiKeysService } from '../../authenticators/api-keys/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'

export interface ApiKeyRevocationOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'get' | 'lock'>
  readonly apiKeys: Pick<ApiKeysService, 'ownerOf'>
  readonly apiKeyManagement: Pick<ApiKeyManagement, 'revoke'>
}

/** Lets an operator revoke any key, for example one that someone has published. */
export class ApiKeyRevocation {
  readonly #options: ApiKeyRevocationOptions

  constructor(options: ApiKeyRevocationOptions) {
    this.#options = options
  }

  /** @throws `not_found` */
  async revoke(id: ApiKeyId): Promise<void> {
    const { accounts, apiKeyManagement, apiKeys, db } = this.#options
    const accountId = await apiKeys.ownerOf(db, id)
    const operator = {
      accountId,
      context: noRequest,
      authorise: async (transaction: Transaction) => {
        await accounts.lock(transaction, accountId)
        return await accounts.get(transaction, accountId)
      },
    }
    await apiKeyManagement.revoke(operator, id)
  }
}
