import { csvLine } from '../../../../platform/kernel/csv.ts'
import { displayName } from '../../../users/accounts/model.ts'
import type { ListedUser } from './model.ts'

/** The columns of the export, and what each has of an account. */
const columns: readonly (readonly [string, (user: ListedUser) => string | null])[] = [
  ['id', ({ account }) => account.id],
  ['username', ({ account }) => account.username],
  ['email', ({ account }) => account.email],
  ['email_verified', ({ account }) => String(account.emailVerifiedAt !== null)],
  ['phone_number', ({ account }) => account.phoneNumber],
  ['phone_number_verified', ({ account }) => String(account.phoneNumberVerifiedAt !== null)],
  ['full_name', ({ account }) => displayName(account)],
  ['given_name', ({ account }) => account.givenName],
  ['family_name', ({ account }) => account.familyName],
  ['locale', ({ account }) => account.locale],
  ['status', ({ account }) => account.status],
  ['roles', ({ roles }) => roles.join(' ')],
  ['suspension_reason', ({ suspension }) => suspension?.reason ?? null],
  ['suspension_ends_at', ({ suspension }) => suspension?.endsAt?.toISOString() ?? null],
  ['created_at', ({ account }) => account.createdAt.toISOString()],
  ['updated_at', ({ account }) => account.updatedAt.toISOString()],
]

/**
 * The users as CSV (RFC 4180), one page at a time: the next page is read when the client has taken the one before.
 */
export async function* csvOf(pages: AsyncIterable<readonly ListedUser[]>): AsyncGenerator<Uint8Array> {
  yield csvLine(columns.map(([name]) => name))
  for await (const users of pages)
    yield Buffer.concat(users.map((user) => csvLine(columns.map(([, read]) => read(user) ?? ''))))
}
