import type { Account } from '../../../platform/kernel/account.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { MessageSummary } from '../../messages/model.ts'
import type { RecordedEvent } from '../../safeguards/audit/model.ts'
import type { Session } from '../../session-management/sessions/model.ts'
import type { PrivateDetails } from '../../users/accounts/model.ts'
import type { Profile } from '../../users/profiles/model.ts'

/** That there is a credential, and since when; never what it is, nor its hash. */
export interface Credentials {
  readonly passwordSince: Date | null
  readonly userSecretSince: Date | null
}

/** What there may be much of, read as it is asked for. */
export type Pages<T> = () => AsyncIterable<readonly T[]>

/** A file of the archive. Its name is ours, never somebody's (ASVS 5.3.2). */
export interface ExportFile {
  readonly name: string
  read(): AsyncIterable<Uint8Array>
}

/** A feature that keeps files of people, such as their pictures. */
export interface FilesOfAccount {
  filesOf(accountId: AccountId): Promise<readonly ExportFile[]>
}

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
