import type { Account, AccountKind, AccountStatus } from '../../../../platform/kernel/account.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import type { TermRange } from '../../../users/accounts/identifiers/search-terms.ts'
import type { ExternalId } from '../../../users/external-ids/model.ts'

/** Which accounts are listed. Null stands for all. */
export interface UserFilter {
  /** The terms that the accounts begin with. */
  readonly terms: readonly TermRange[] | null
  readonly role: string | null
  readonly status: AccountStatus | null
  readonly isVerified: boolean | null
  readonly kind: AccountKind | null
  readonly externalId: ExternalId | null
}

/** Every account passes it. */
export const everyone: UserFilter = {
  terms: null,
  role: null,
  status: null,
  isVerified: null,
  kind: null,
  externalId: null,
}

/** Ids begin with the time of creation, so both orders are orders of the ids. */
export type Direction = 'oldest_first' | 'newest_first'

/** Where a page begins, and how long it is at most. */
export interface UserPage {
  /** The last account before the page; null for the first page. */
  readonly after: AccountId | null
  readonly direction: Direction
  readonly limit: number
}

export interface Suspension {
  readonly reason: string | null
  readonly suspendedAt: Date
  /** Null if an administrator must lift it. */
  readonly endsAt: Date | null
}

/** An account, as administrators see it. */
export interface ListedUser {
  readonly account: Account
  readonly roles: readonly string[]
  readonly suspension: Suspension | null
}

/** One account, as administrators see it alone. */
export interface ShownUser extends ListedUser {
  readonly externalIds: readonly ExternalId[]
}

export interface UserListPage {
  readonly users: readonly ListedUser[]
  /** Where the next page begins; null if there is none. A page that is not full may have a next one. */
  readonly next: AccountId | null
}

/** An index that gives the ids of accounts. Every account of the filter is among them. */
export type Source =
  | { readonly by: 'external_id'; readonly externalId: ExternalId }
  | { readonly by: 'terms'; readonly ranges: readonly TermRange[] }
  | { readonly by: 'role'; readonly role: string }
  | { readonly by: 'status'; readonly status: AccountStatus }
  | { readonly by: 'kind'; readonly kind: AccountKind }
  | { readonly by: 'id' }

/** The indexes that may serve the filter, the usual best first. */
export function sourcesOf({ externalId, terms, role, status, kind }: UserFilter): readonly Source[] {
  return [
    ...(externalId === null ? [] : [{ by: 'external_id', externalId } as const]),
    ...(terms === null ? [] : [{ by: 'terms', ranges: terms } as const]),
    ...(role === null ? [] : [{ by: 'role', role } as const]),
    ...(status === null ? [] : [{ by: 'status', status } as const]),
    // Nearly all accounts are of people, so no index of those would be short.
    ...(kind === 'service' ? [{ by: 'kind', kind } as const] : []),
  ]
}

/** True if every account that the source gives satisfies the filter. */
export function isExact(source: Source, filter: UserFilter): boolean {
  const others = sourcesOf(filter).filter(({ by }) => by !== source.by)
  return others.length === 0 && filter.isVerified === null
}

/** A larger count takes too long, and no one needs it to be exact. */
export const countedMax = 10_000

export interface UserCount {
  readonly count: number
  /** False if there are more, or may be. */
  readonly isExact: boolean
}
