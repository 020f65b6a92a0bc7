import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { ClientId } from '../../../platform/kernel/ids.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { ApiKeysService } from '../../authenticators/api-keys/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import { unsupportedTokenType } from './model.ts'
import type { TokenOwners } from './token-owner.ts'

export interface RevocationOptions {
  readonly db: Database
  readonly apiKeys: Pick<ApiKeysService, 'isKey'>
  readonly audit: Pick<AuditService, 'success'>
  readonly sessions: Pick<SessionsService, 'end' | 'ownerOf'>
  readonly tokenOwners: Pick<TokenOwners, 'find'>
}

/** Revokes tokens at the request of the client that got them (RFC 7009). */
export class TokenRevocation {
  readonly #options: RevocationOptions

  constructor(options: RevocationOptions) {
    this.#options = options
  }

  /**
   * Ends the session of the token, and with it all of its tokens. A token that does not work, or that another client got,
   * changes nothing, and the answer is the same (A117).
   * @param clientId null for people who signed in to Proxima itself: anyone who has their token may end its session
   * @throws `unsupported_token_type`
   */
  async revoke(token: string, clientId: ClientId | null, context: RequestContext): Promise<void> {
    const { apiKeys, audit, db, sessions } = this.#options
    if (apiKeys.isKey(token)) throw new Failure(unsupportedTokenType)
    const owner = await this.#ownerOf(token)
    if (owner === null || owner.clientId !== clientId) return
    const { accountId, sessionId } = owner
    await inTransaction(db, async (transaction) => {
      if (!(await sessions.end(transaction, { accountId, sessionId }))) return
      await audit.success(transaction, 'token_revocation', { accountId, sessionId }, context)
    })
  }

  /** A refresh token that has been replaced still names its session, and a client may hold no newer one. */
  async #ownerOf(token: string): Promise<Principal | null> {
    const { sessions, tokenOwners } = this.#options
    const ofRefreshToken = await sessions.ownerOf(token)
    if (ofRefreshToken !== null) return ofRefreshToken
    const found = await tokenOwners.find(token)
    return found === null || found.kind === 'api_key' ? null : found.principal
  }
}
