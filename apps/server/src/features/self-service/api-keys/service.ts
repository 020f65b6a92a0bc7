import type { Principal } from '../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { ReauthenticationService } from '../../authentication/reauthentication/service.ts'
import type { KeyManager, OwnKeyManagers } from '../../authenticators/api-keys/management/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'

export interface OwnApiKeysOptions {
  readonly accounts: Pick<AccountsService, 'get' | 'lock'>
  readonly reauthentication: Pick<ReauthenticationService, 'byFreshSession'>
}

/** The caller as the manager of their own keys. */
export class OwnApiKeys implements OwnKeyManagers {
  readonly #options: OwnApiKeysOptions

  constructor(options: OwnApiKeysOptions) {
    this.#options = options
  }

  /**
   * For a new key, and for one that may do more. A key outlives every session, so a stolen session must not be enough to
   * make one (I8, ASVS 7.5.1).
   * @throws `step_up_required`
   */
  async afterRecentSignIn(caller: Principal, context: RequestContext): Promise<KeyManager> {
    const { accounts, reauthentication } = this.#options
    const { accountId } = caller
    const owner = await reauthentication.byFreshSession(caller)
    return {
      accountId,
      context,
      authorise: async (transaction) => {
        await owner.confirm(transaction)
        return await accounts.get(transaction, accountId)
      },
    }
  }

  always({ accountId }: Principal, context: RequestContext): KeyManager {
    const { accounts } = this.#options
    return {
      accountId,
      context,
      authorise: async (transaction) => {
        await accounts.lock(transaction, accountId)
        return await accounts.get(transaction, accountId)
      },
    }
  }
}
