import type { Account } from '../../../platform/kernel/account.ts'
import type { ApiKey } from '../../authenticators/api-keys/model.ts'
import type { Factor } from '../../authenticators/factors/model.ts'
import type { LinkedAccount } from '../../authenticators/linked-accounts/model.ts'
import type { TrustedDevice } from '../../authenticators/trusted-devices/model.ts'
import type { ListedConsent } from '../../authorization/consents/model.ts'
import type { MessageSummary } from '../../messages/model.ts'
import type { RecordedEvent } from '../../safeguards/audit/model.ts'
import type { Session } from '../../session-management/sessions/model.ts'
import type { PrivateDetails } from '../../users/accounts/model.ts'
import type { ExternalId } from '../../users/external-ids/model.ts'
import type { Profile } from '../../users/profiles/model.ts'
import type { ExportFile } from '../account-data/model.ts'

/** When each credential was set; null if there is none. Never contains a credential or its hash. */
export interface Credentials {
  readonly passwordSince: Date | null
  readonly userSecretSince: Date | null
}

/** A list that may be long. Each page is read only when it is needed. */
export type Pages<T> = () => AsyncIterable<readonly T[]>

/** All stored data about one account. */
export interface Export {
  readonly at: Date
  readonly account: Account
  readonly details: PrivateDetails
  readonly roles: readonly string[]
  /** As its owner typed it. The account has it in E.164. */
  readonly typedPhoneNumber: string | null
  readonly profile: Profile
  readonly externalIds: readonly ExternalId[]
  readonly credentials: Credentials
  readonly factors: readonly Factor[]
  readonly recoveryCodesLeft: number
  readonly consents: Pages<ListedConsent>
  readonly linkedAccounts: readonly LinkedAccount[]
  readonly trustedDevices: readonly TrustedDevice[]
  readonly apiKeys: Pages<ApiKey>
  readonly sessions: Pages<Session>
  readonly messages: Pages<MessageSummary>
  readonly events: Pages<RecordedEvent>
  readonly files: readonly ExportFile[]
}

/** A member of the document: a single value, or a list in pages. */
export type Section =
  | { readonly name: string; readonly value: unknown }
  | { readonly name: string; readonly pages: Pages<object> }
