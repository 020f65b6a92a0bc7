import type { Database } from '../../../platform/database/tables.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { Permission } from '../../../platform/kernel/permission.ts'
import { type Caller, impersonatorOf } from '../../../platform/kernel/principal.ts'
import { type Client, isConfidential } from '../../authorization/clients/model.ts'
import type { RolesService } from '../../authorization/roles/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import { type ActiveToken, insufficientScope, invalidClient } from './model.ts'
import type { TokenOwners } from './token-owner.ts'

export interface IntrospectionOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'find'>
  readonly roles: Pick<RolesService, 'grantsOf'>
  readonly tokenOwners: Pick<TokenOwners, 'find'>
  /** True for an account that can do nothing but confirm a contact. */
  readonly mustVerify: (account: Account) => boolean
  /** The services that tokens are for. */
  readonly audience: () => string
}

/** Who asks: a client, or the holder of a credential. */
export type Inspector =
  | { readonly kind: 'client'; readonly client: Client }
  | { readonly kind: 'principal'; readonly principal: Caller }

export interface Question {
  readonly token: string
  /** The `token_type_hint`. */
  readonly hint: string | undefined
}

const neededPermission: Permission = 'tokens:introspect'

/** Tells services whether a token works now, and for whom (RFC 7662). */
export class IntrospectionService {
  readonly #options: IntrospectionOptions

  constructor(options: IntrospectionOptions) {
    this.#options = options
  }

  /**
   * The token, if it works and the caller may know about it; null otherwise. Both get the same answer, so that no one
   * finds out which tokens exist (A117).
   * @throws `insufficient_scope`, `invalid_client`
   */
  async inspect({ token, hint }: Question, inspector: Inspector): Promise<ActiveToken | null> {
    const seesAll = await this.#seesAll(inspector)
    const active = await this.#options.tokenOwners.find(token)
    if (active === null) return null
    if (inspector.kind === 'client' && active.clientId === inspector.client.id) return active
    if (!seesAll || !this.#isForServices(active, hint)) return null
    return active
  }

  audience(): string {
    return this.#options.audience()
  }

  async #seesAll(inspector: Inspector): Promise<boolean> {
    if (inspector.kind === 'client') return await this.#mayClient(inspector.client)
    if (!inspector.principal.permissions.includes(neededPermission)) throw new Failure(insufficientScope)
    return true
  }

  /** What the client may do now: it may have lost a role, or its account may be suspended. */
  async #mayClient(client: Client): Promise<boolean> {
    const { accounts, db, roles } = this.#options
    const { accountId, scope } = client
    // Anyone can send the id of such a client (RFC 7662 §2.1).
    if (!isConfidential(client)) throw new Failure(invalidClient)
    if (accountId === null || !scope.includes(neededPermission)) return false
    const account = await accounts.find(db, accountId)
    if (account?.status !== 'active') return false
    return (await roles.grantsOf(db, accountId)).permissions.includes(neededPermission)
  }

  /**
   * A service that receives a token asks whether it may let its sender in. A refresh token must not open any service
   * (A70), so its state is only for those who say that they ask about one. Nor may an account do anything elsewhere
   * before it has confirmed a contact (I7), or someone who only sees it as its owner does (I6).
   */
  #isForServices(active: ActiveToken, hint: string | undefined): boolean {
    const { kind, principal } = active
    if (kind === 'refresh_token' && hint !== 'refresh_token') return false
    // What an application may only use to know who the person is, it must not use at a service.
    if (active.kind === 'access_token' && active.claims?.isForServices === false) return false
    return impersonatorOf(principal) === null && !this.#options.mustVerify(principal.account)
  }
}
