import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { AccountId, ApiKeyId } from '../../../../platform/kernel/ids.ts'
import type { ApiKeyManagement } from '../../../authenticators/api-keys/management/service.ts'
import type { ApiKeysService } from '../../../authenticators/api-keys/service.ts'
import { type Author, operator } from '../../../authorization/roles/model.ts'
import type { AccountsService } from '../../../users/accounts/service.ts'
import type { Targets } from '../targets.ts'

export interface UserApiKeysOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'get'>
  readonly apiKeys: Pick<ApiKeysService, 'list' | 'ownerOf'>
  readonly apiKeyManagement: Pick<ApiKeyManagement, 'revoke'>
  readonly targets: Targets
}

/** Lists and revokes the API keys of someone else, for example one that someone has published. No one makes them here. */
export class UserApiKeysService {
  readonly #options: UserApiKeysOptions

  constructor(options: UserApiKeysOptions) {
    this.#options = options
  }

  /** Makes sure that there is such an account, so that a list without keys does not hide a wrong id. @throws `not_found` */
  async ownerOf(id: AccountId): Promise<AccountId> {
    const { accounts, db } = this.#options
    return (await accounts.get(db, id)).id
  }

  /** @throws `not_found`, also for a key of another account; `forbidden` */
  async revoke(id: AccountId, keyId: ApiKeyId, author: Author): Promise<void> {
    const { apiKeyManagement, targets } = this.#options
    const authorise = (transaction: Transaction) => targets.lock(transaction, id, author)
    await apiKeyManagement.revoke({ accountId: id, context: author.context, authorise }, keyId)
  }

  /** For the operator, who has only the id of the key. @throws `not_found` */
  async revokeAny(keyId: ApiKeyId): Promise<void> {
    const { apiKeys, db } = this.#options
    await this.revoke(await apiKeys.ownerOf(db, keyId), keyId, operator)
  }
}
