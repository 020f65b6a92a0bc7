import type { Database } from '../../../../platform/database/tables.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { notFound } from '../../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../../safeguards/audit/service.ts'
import type { ExternalIdsService } from '../../../users/external-ids/service.ts'
import {
  countedMax,
  everyone,
  isExact,
  type ListedUser,
  type ShownUser,
  type Source,
  sourcesOf,
  type UserCount,
  type UserFilter,
  type UserListPage,
  type UserPage,
} from './model.ts'
import type { UserSearchRepository } from './repository.ts'

export interface UserSearchOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'success'>
  readonly externalIds: Pick<ExternalIdsService, 'list'>
  readonly people: UserSearchRepository
}

/** How many accounts are read at once if only some of them satisfy the filter. */
const candidatesAtOnce = 200
/** How many steps one page may take: after that it is returned as it is, so that no filter takes long (I13). */
const stepsMax = 8
const exportedAtOnce = 500
/** A filter that fits few accounts has short pages. */
const countedPagesMax = 40

/** Finds accounts for administrators. */
export class UserSearchService {
  readonly #options: UserSearchOptions

  constructor(options: UserSearchOptions) {
    this.#options = options
  }

  /** @throws `not_found` */
  async get(id: AccountId, db: Database = this.#options.db): Promise<ShownUser> {
    const { externalIds, people } = this.#options
    const [user] = await people.read(db, [id], everyone, 'newest_first')
    if (user === undefined) throw new Failure(notFound)
    return { ...user, externalIds: await externalIds.list(db, id) }
  }

  /** A page may be shorter than its limit although another one follows: few of many accounts satisfy the filter. */
  async list(filter: UserFilter, page: UserPage): Promise<UserListPage> {
    const { db, people } = this.#options
    const source = await this.#choose(filter)
    const limit = isExact(source, filter) ? page.limit + 1 : Math.max(candidatesAtOnce, page.limit + 1)
    const users: ListedUser[] = []
    let { after } = page
    for (let step = 0; step < stepsMax; step++) {
      const { ids, readUpTo } = await people.next(db, source, { ...page, after, limit })
      users.push(...(await people.read(db, ids, filter, page.direction)))
      if (users.length > page.limit) return cut(users, page.limit)
      if (readUpTo === null) return { users, next: null }
      after = readUpTo
    }
    return { users, next: after }
  }

  /** How many accounts satisfy the filter. Counts no further than `countedMax`, and not forever. */
  async count(filter: UserFilter): Promise<UserCount> {
    let count = 0
    let after: AccountId | null = null
    for (let page = 0; page < countedPagesMax && count < countedMax; page++) {
      const { users, next }: UserListPage = await this.list(filter, {
        after,
        direction: 'oldest_first',
        limit: exportedAtOnce,
      })
      count += users.length
      if (next === null) return { count, isExact: true }
      after = next
    }
    return { count: Math.min(count, countedMax), isExact: false }
  }

  /**
   * Every account of the filter, page by page, in the order of creation. Each page is read when the one before it is
   * taken.
   */
  async export(filter: UserFilter, context: RequestContext): Promise<AsyncIterable<readonly ListedUser[]>> {
    const { audit, db } = this.#options
    await audit.success(db, 'user_export', {}, context)
    return this.#pages(filter)
  }

  async *#pages(filter: UserFilter): AsyncGenerator<readonly ListedUser[]> {
    let after: AccountId | null = null
    do {
      // The index is chosen again: a rare term may have become a common one.
      const page: UserListPage = await this.list(filter, {
        after,
        direction: 'oldest_first',
        limit: exportedAtOnce,
      })
      yield page.users
      after = page.next
    } while (after !== null)
  }

  /** The index with the fewest accounts. All that have many are equally good. */
  async #choose(filter: UserFilter): Promise<Counted> {
    const { db, people } = this.#options
    let best: Counted = { by: 'id', count: Number.POSITIVE_INFINITY }
    for (const source of sourcesOf(filter)) {
      const count = await people.count(db, source)
      if (count < best.count) best = { ...source, count }
    }
    return best
  }
}

type Counted = Source & { readonly count: number }

function cut(users: readonly ListedUser[], limit: number): UserListPage {
  const kept = users.slice(0, limit)
  return { users: kept, next: kept.at(-1)?.account.id ?? null }
}
