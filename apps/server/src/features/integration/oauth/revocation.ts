import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { ClientId } from '../../../platform/kernel/ids.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import { unsupportedTokenType } from './model.ts'
import { apiKeyPrefix, type TokenOwners } from './token-owner.ts'

export interface RevocationOptions {
  readonly db: Database
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
   * @param clientId null for people who signed in to Proxima itself: whoever holds their token may end its session
   * @throws `unsupported_token_type`
   */
  async revoke(token: string, clientId: ClientId | null, context: RequestContext): Promise<void> {
    if (token.startsWith(apiKeyPrefix)) throw new Failure(unsupportedTokenType)
    const { audit, db, sessions, tokenOwners } = this.#options
    // A refresh token that has been replaced still names its session, and a client may hold no newer one.
    const owner = (await sessions.ownerOf(token)) ?? (await tokenOwners.find(token))?.principal ?? null
    if (owner === null || owner.clientId !== clientId) return
    const { accountId, sessionId } = owner
    await inTransaction(db, async (transaction) => {
      if (!(await sessions.end(transaction, { accountId, sessionId }))) return
      await audit.success(transaction, 'token_revocation', { accountId, sessionId }, context)
    })
  }
}
