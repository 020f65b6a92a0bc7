import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import { forbidden } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { RequestOptions } from '../../authenticators/passkeys/options/model.ts'
import type { PasskeysService } from '../../authenticators/passkeys/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import { oneProofNeeded, proveOwner } from './given-proof.ts'
import type { GivenProof } from './model.ts'
import type { ReauthenticationService } from './service.ts'

export interface SessionRenewalOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'success'>
  readonly sessions: Pick<SessionsService, 'renewProofs'>
  readonly reauthentication: Pick<ReauthenticationService, 'byCredentials' | 'byFactor'>
  readonly passkeys: Pick<PasskeysService, 'startWithin'>
}

/** Makes a session fresh again (step-up, ASVS 7.5.3). */
export class SessionRenewal {
  readonly #options: SessionRenewalOptions

  constructor(options: SessionRenewalOptions) {
    this.#options = options
  }

  /** The options for a passkey that makes this session fresh, and no other. @throws `forbidden` */
  async startPasskey({ account, clientId, sessionId }: Principal): Promise<RequestOptions> {
    if (clientId !== null) throw new Failure(forbidden, { detail: ownSessionNeeded })
    return await this.#options.passkeys.startWithin('reauthentication', account, sessionId)
  }

  /**
   * The session then counts as authenticated now, also by this method. A second factor makes it one of two factors.
   * @throws `validation_failed`, `forbidden` for the session of an application, `invalid_credentials`, `rate_limited`,
   * `overloaded`
   */
  async renew(caller: Principal, given: GivenProof, context: RequestContext): Promise<void> {
    const { audit, db, reauthentication, sessions } = this.#options
    // Someone who has the token of an application must not make it worth more (I8, RFC 9700 §2.4).
    if (caller.clientId !== null) throw new Failure(forbidden, { detail: ownSessionNeeded })
    if (Object.values(given).length === 0) throw oneProofNeeded()
    const owner = await proveOwner(reauthentication, caller, given, context)
    const { accountId, sessionId } = caller
    await inTransaction(db, async (transaction) => {
      await owner.confirm(transaction)
      await sessions.renewProofs(transaction, caller, owner.methods)
      const subject = { accountId, sessionId, method: owner.methods.join(' ') }
      await audit.success(transaction, 'reauthentication', subject, context)
    })
  }
}

const ownSessionNeeded = 'An application cannot make its session fresh. Sign in to this server itself.'
