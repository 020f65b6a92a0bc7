import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { ReauthenticationService } from '../../authentication/reauthentication/service.ts'
import type { ApiKeysService } from '../../authenticators/api-keys/service.ts'
import type { FactorsService } from '../../authenticators/factors/service.ts'
import type { LinkedAccountsService } from '../../authenticators/linked-accounts/service.ts'
import type { PasswordsService } from '../../authenticators/passwords/service.ts'
import type { RecoveryCodesService } from '../../authenticators/recovery-codes/service.ts'
import type { TrustedDevices } from '../../authenticators/trusted-devices/service.ts'
import type { UserSecretsService } from '../../authenticators/user-secrets/service.ts'
import type { ConsentsService } from '../../authorization/consents/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { IdentifiersService } from '../../users/accounts/identifiers/service.ts'
import type { PrivateDetailsService } from '../../users/accounts/private-details/service.ts'
import type { ExternalIdsService } from '../../users/external-ids/service.ts'
import type { ProfilesService } from '../../users/profiles/service.ts'
import type { AccountData } from '../account-data/service.ts'
import type { Credentials, Export, Pages } from './model.ts'

export interface ExportServiceOptions {
  readonly db: Database
  readonly clock: Clock
  readonly apiKeys: Pick<ApiKeysService, 'listKept'>
  readonly audit: AuditService
  readonly consents: Pick<ConsentsService, 'list'>
  readonly outbox: Pick<OutboxService, 'listByAccount'>
  readonly factors: Pick<FactorsService, 'list'>
  readonly linkedAccounts: Pick<LinkedAccountsService, 'list'>
  readonly recoveryCodes: Pick<RecoveryCodesService, 'left'>
  readonly trustedDevices: Pick<TrustedDevices, 'listKept'>
  readonly identifiers: Pick<IdentifiersService, 'typedPhoneNumber'>
  readonly privateDetails: Pick<PrivateDetailsService, 'open'>
  readonly reauthentication: Pick<ReauthenticationService, 'byFreshSession'>
  readonly externalIds: Pick<ExternalIdsService, 'list'>
  readonly profiles: Pick<ProfilesService, 'get'>
  readonly sessions: Pick<SessionsService, 'listKept'>
  readonly passwords: Pick<PasswordsService, 'changedAt'>
  readonly userSecrets: Pick<UserSecretsService, 'createdAt'>
  readonly accountData: readonly Pick<AccountData, 'files'>[]
}

/** Small enough to need little memory, and large enough that ten thousand rows take only twenty queries. */
const pageRows = 500

/** Exports all stored data about the caller (GDPR art. 15 and 20). */
export class ExportService {
  readonly #options: ExportServiceOptions

  constructor(options: ExportServiceOptions) {
    this.#options = options
  }

  /**
   * Requires a recent sign-in: a stolen session alone must not be enough to take all data (I8). Long lists are read
   * while they are sent, each page in its state at that time. One snapshot of everything would keep a transaction open
   * for as long as a slow client takes.
   * @throws `step_up_required`
   */
  async create(
    { accountId, account, clientId, roles, sessionId }: Principal,
    context: RequestContext,
  ): Promise<Export> {
    const { apiKeys, audit, clock, consents, db, externalIds, identifiers, outbox } = this.#options
    const { factors, linkedAccounts, privateDetails, profiles, reauthentication } = this.#options
    const { recoveryCodes, sessions } = this.#options
    const owner = await reauthentication.byFreshSession({ accountId, clientId, sessionId })
    await inTransaction(db, async (transaction) => {
      await owner.confirm(transaction)
      await audit.success(transaction, 'export', { accountId, sessionId }, context)
    })
    return {
      at: clock.now(),
      account,
      details: privateDetails.open(account),
      roles,
      typedPhoneNumber: await identifiers.typedPhoneNumber(accountId),
      profile: await profiles.get(accountId),
      externalIds: await externalIds.list(db, accountId),
      credentials: await this.#credentialsOf(accountId),
      factors: await factors.list(db, accountId),
      recoveryCodesLeft: await recoveryCodes.left(db, accountId),
      consents: pagesOf((after) =>
        consents.list(accountId, { after: after?.clientId ?? null, limit: pageRows }),
      ),
      linkedAccounts: await linkedAccounts.list(db, accountId),
      trustedDevices: await this.#options.trustedDevices.listKept(db, accountId),
      apiKeys: pagesOf((before) =>
        apiKeys.listKept(accountId, { before: before?.id ?? null, limit: pageRows }),
      ),
      sessions: pagesOf((before) =>
        sessions.listKept(accountId, { before: before?.id ?? null, limit: pageRows }),
      ),
      messages: pagesOf((before) =>
        outbox.listByAccount(accountId, { before: before?.id ?? null, limit: pageRows }),
      ),
      events: pagesOf((after) => audit.list(db, accountId, { after, limit: pageRows })),
      files: await this.#filesOf(accountId),
    }
  }

  async #credentialsOf(accountId: AccountId): Promise<Credentials> {
    const { passwords, userSecrets } = this.#options
    return {
      passwordSince: await passwords.changedAt(accountId),
      userSecretSince: await userSecrets.createdAt(accountId),
    }
  }

  async #filesOf(accountId: AccountId): Promise<Export['files']> {
    const files = this.#options.accountData.map(async (data) => (await data.files?.(accountId)) ?? [])
    return (await Promise.all(files)).flat()
  }
}

/** Reads one page after another. Each page starts after the last item of the previous page. */
function pagesOf<T>(list: (last: T | null) => Promise<readonly T[]>): Pages<T> {
  return async function* () {
    let last: T | null = null
    do {
      const page: readonly T[] = await list(last)
      if (page.length > 0) yield page
      last = page.length < pageRows ? null : (page.at(-1) ?? null)
    } while (last !== null)
  }
}
