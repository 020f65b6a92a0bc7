import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountRow } from '../../../../../tests/support/account-rows.ts'
import { engines } from '../../../../../tests/support/engines.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../../tests/support/test-database.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { AccountStatus } from '../../../../platform/kernel/account.ts'
import { type AccountId, newIdAt } from '../../../../platform/kernel/ids.ts'
import { searchTermsOf, termRangesOf } from '../../../users/accounts/identifiers/search-terms.ts'
import { AccountsRepository } from '../../../users/accounts/repository.ts'
import type { UserFilter, UserPage } from './model.ts'
import { UserSearchRepository } from './repository.ts'
import { UserSearchService } from './service.ts'

interface Someone {
  readonly id: AccountId
  readonly fullName: string
  readonly status: AccountStatus
  readonly isVerified: boolean
  readonly isEditor: boolean
}

const names = ['Amina', 'Amos', 'Baraka', 'Zuri']
const statuses = ['active', 'suspended', 'deleted'] as const
const count = 120

function someone(index: number): Someone {
  return {
    id: newIdAt(new Date(1_700_000_000_000 + Math.floor(index / 3))),
    // The last ones are rare, and stand together.
    fullName: `${names[index % 3] ?? ''} ${index > count - 9 ? 'Rare' : 'Common'} ${index}`,
    status: statuses[index % 7 === 0 ? 1 : 0] ?? 'active',
    isVerified: index % 2 === 0,
    isEditor: index % 10 === 0,
  }
}

describe.each(engines)('a search on $name', (engine) => {
  let database: MigratedDatabase
  const people = Array.from({ length: count }, (_, index) => someone(index))
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    const accounts = new AccountsRepository()
    await inTransaction(database.db, async (transaction) => {
      for (const { id, fullName, status, isVerified, isEditor } of people) {
        const verified = isVerified
          ? { email: `${id}@x.example`, email_canonical: `${id}@x.example`, email_verified_at: 1 }
          : {}
        await accounts.insert(
          transaction,
          { ...accountRow({ full_name: fullName, status, ...verified }), id },
          [],
        )
        if (id === people[3]?.id)
          await transaction
            .insertInto('external_ids')
            .values({ account_id: id, source: 'former', external_id: '3' })
            .execute()
        if (isEditor)
          await transaction.insertInto('account_roles').values({ account_id: id, role: 'user' }).execute()
      }
    })
  })
  afterAll(async () => await database?.drop())

  const expected = (filter: UserFilter, { after, direction }: UserPage) => {
    const inOrder = direction === 'oldest_first' ? people : people.toReversed()
    const start = after === null ? 0 : inOrder.findIndex(({ id }) => id === after) + 1
    return inOrder.slice(start).filter((each) => satisfies(each, filter))
  }

  const satisfies = (each: Someone, { terms, role, status, isVerified, externalId }: UserFilter) => {
    const found = searchTermsOf({
      username: null,
      usernameCanonical: null,
      email: each.isVerified ? `${each.id}@x.example` : null,
      emailCanonical: null,
      phoneNumber: null,
      fullName: each.fullName,
      givenName: null,
      familyName: null,
    })
    return (
      (terms === null ||
        terms.some(({ from, below }) => found.some((term) => term >= from && term < below))) &&
      (role === null || each.isEditor) &&
      (status === null || each.status === status) &&
      (isVerified === null || each.isVerified === isVerified) &&
      (externalId === null || each.id === people[3]?.id)
    )
  }

  /** Reads one page after the other. */
  async function all(search: UserSearchService, filter: UserFilter, page: UserPage): Promise<AccountId[]> {
    const found: AccountId[] = []
    let after: AccountId | null = page.after
    do {
      const { users, next } = await search.list(filter, { ...page, after })
      expect(users.length).toBeLessThanOrEqual(page.limit)
      found.push(...users.map(({ account }) => account.id))
      after = next
    } while (after !== null)
    return found
  }

  it('finds the same accounts in the same order, whichever index it takes and however little it reads at once', async () => {
    const orNull = <T>(...values: T[]) => fc.constantFrom(null, ...values)
    const filters = fc.record({
      terms: orNull('a', 'am', 'common', 'rare', 'zuri', 'x', '0').map((typed) =>
        typed === null ? null : termRangesOf(typed, null),
      ),
      role: orNull('user'),
      status: orNull<AccountStatus>('active', 'suspended', 'deleted'),
      isVerified: orNull(true, false),
      kind: fc.constantFrom(null, 'person' as const),
      externalId: orNull({ source: 'former', id: '3' }),
    })
    const pages = fc.record({
      after: orNull(...people.map(({ id }) => id)),
      direction: fc.constantFrom('oldest_first' as const, 'newest_first' as const),
      limit: fc.integer({ min: 1, max: 20 }),
    })
    const bounds = fc.record({
      rareTerms: fc.constantFrom(0, 5, 1_000),
      walkedTerms: fc.constantFrom(1, 10, 1_000),
    })
    const property = fc.asyncProperty(filters, pages, bounds, async (filter, page, bound) => {
      const repository = new UserSearchRepository(new AccountsRepository(), bound)
      const audit = { success: async () => undefined }
      const externalIds = { list: async () => [] }
      const search = new UserSearchService({ db: database.db, people: repository, audit, externalIds })
      const ids = expected(filter, page).map(({ id }) => id)
      expect(await all(search, filter, page)).toEqual(ids)
    })
    await fc.assert(property, { numRuns: 60 })
  })
})
