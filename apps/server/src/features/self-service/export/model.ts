import type { Account } from '../../../platform/kernel/account.ts'
import type { MessageSummary } from '../../messages/model.ts'
import type { RecordedEvent } from '../../safeguards/audit/model.ts'
import type { Session } from '../../session-management/sessions/model.ts'
import type { PrivateDetails } from '../../users/accounts/model.ts'
import type { Profile } from '../../users/profiles/model.ts'
import type { ExportFile } from '../account-data/model.ts'

/** That there is a credential, and since when; never what it is, nor its hash. */
export interface Credentials {
  readonly passwordSince: Date | null
  readonly userSecretSince: Date | null
}

/** What there may be much of, read as it is asked for. */
export type Pages<T> = () => AsyncIterable<readonly T[]>

/** Everything that is held about one account. */
export interface Export {
  readonly at: Date
  readonly account: Account
  readonly details: PrivateDetails
  readonly roles: readonly string[]
  readonly profile: Profile
  readonly credentials: Credentials
  readonly sessions: Pages<Session>
  readonly messages: Pages<MessageSummary>
  readonly events: Pages<RecordedEvent>
  readonly files: readonly ExportFile[]
}

/** A member of the document, whole or page by page. */
export type Section =
  | { readonly name: string; readonly value: unknown }
  | { readonly name: string; readonly pages: Pages<object> }
