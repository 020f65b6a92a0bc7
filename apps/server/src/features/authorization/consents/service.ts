import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId, ClientId } from '../../../platform/kernel/ids.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import {
  type Consent,
  type ConsentKey,
  extendedScope,
  type ListedConsent,
  lastUsedPrecisionMs,
  missingConsent,
} from './model.ts'
import type { ConsentsRepository } from './repository.ts'

export interface ConsentsOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'lock'>
  readonly audit: Pick<AuditService, 'success'>
  readonly clock: Clock
  readonly consents: ConsentsRepository
}

/** What the owners of accounts have allowed clients, so that they are asked only once. */
export class ConsentsService {
  readonly #options: ConsentsOptions

  constructor(options: ConsentsOptions) {
    this.#options = options
  }

  find(db: Database, key: ConsentKey): Promise<Consent | null> {
    return this.#options.consents.find(db, key)
  }

  list(
    accountId: AccountId,
    page: { readonly after: ClientId | null; readonly limit: number },
  ): Promise<ListedConsent[]> {
    const { consents, db } = this.#options
    return consents.list(db, accountId, page)
  }

  /**
   * Stores that the owner allows the client what it asks for, besides what they have allowed before. The account is locked
   * first: of two answers at the same time, neither replaces the other.
   */
  async grant(
    transaction: Transaction,
    { scope: asked, ...key }: ConsentKey & Pick<Consent, 'scope'>,
    context: RequestContext,
  ): Promise<Consent> {
    const { accounts, audit, clock, consents } = this.#options
    await accounts.lock(transaction, key.accountId)
    const before = await consents.find(transaction, key)
    if (before !== null && missingConsent(before, asked).length === 0) return before
    const scope = extendedScope(before?.scope ?? [], asked)
    const after = {
      clientId: key.clientId,
      scope,
      grantedAt: clock.now(),
      lastUsedAt: before?.lastUsedAt ?? null,
    }
    if (before === null) await consents.insert(transaction, { ...key, ...after })
    else await consents.extend(transaction, key, after)
    const changes = { before: { scope: before?.scope.join(' ') ?? null }, after: { scope: scope.join(' ') } }
    await audit.success(transaction, 'consent_grant', { ...subjectOf(key), changes }, context)
    return after
  }

  /** Stores that the client has used the consent, at most once an hour. */
  async markUsed(db: Database, key: ConsentKey, { lastUsedAt }: Pick<Consent, 'lastUsedAt'>): Promise<void> {
    const { clock, consents } = this.#options
    const now = clock.now()
    const since = new Date(now.getTime() - lastUsedPrecisionMs)
    if (lastUsedAt === null || lastUsedAt < since) await consents.markUsed(db, key, { now, since })
  }

  /** The client is allowed nothing any more. Whoever calls this also ends what it got. @throws `not_found` */
  async revoke(transaction: Transaction, key: ConsentKey, context: RequestContext): Promise<void> {
    const { accounts, audit, consents } = this.#options
    await accounts.lock(transaction, key.accountId)
    const before = await consents.find(transaction, key)
    if (before === null || !(await consents.delete(transaction, key))) throw new Failure(notFound)
    const changes = { before: { scope: before.scope.join(' ') }, after: { scope: null } }
    await audit.success(transaction, 'consent_revocation', { ...subjectOf(key), changes }, context)
  }
}

/** The consent, as the audit trail names it. */
function subjectOf({ accountId, clientId }: ConsentKey) {
  return { accountId, target: `client:${clientId}` }
}
