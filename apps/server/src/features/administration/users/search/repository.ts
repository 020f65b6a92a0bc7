import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import {
  accountColumns,
  type Database,
  type ReadAccount,
  type Tables,
} from '../../../../platform/database/tables.ts'
import type { Account } from '../../../../platform/kernel/account.ts'
import { type AccountId, highestId, lowestId } from '../../../../platform/kernel/ids.ts'
import type { TermRange } from '../../../users/accounts/identifiers/search-terms.ts'
import type { ExternalId } from '../../../users/external-ids/model.ts'
import type { Direction, ListedUser, Source, Suspension, UserFilter, UserPage } from './model.ts'

/** Reads rows of accounts. */
export interface AccountRows {
  read(row: ReadAccount): Account
}

/** Some ids of a source, in order. */
export interface Candidates {
  readonly ids: readonly AccountId[]
  /** Everything up to this id has been read; null if nothing follows. */
  readonly readUpTo: AccountId | null
}

/** How much one statement reads. */
export interface SearchBounds {
  /** A rare term is read as a whole and sorted: no more entries of its index than this. */
  readonly rareTerms: number
  /** A common term is found by reading the terms of the next accounts: so many entries at once. */
  readonly walkedTerms: number
}

/**
 * With ten million accounts of four terms, a term that is not rare is in every five hundredth account, and the terms of
 * ten thousand accounts hold twenty of it: a page. Both take some milliseconds.
 */
const defaultBounds: SearchBounds = { rareTerms: 20_000, walkedTerms: 40_000 }
/** More than one account can have. */
const termsOfAccountMax = 100

/**
 * Reads the accounts of a filter in the order of their ids. Each statement reads one range of one index, which has a
 * bound, so that it takes the same time among ten million accounts. A `limit` within a subquery keeps the engine from
 * choosing another index. A27: prefixes are ranges, so no character is a wildcard.
 */
export class UserSearchRepository {
  readonly #accounts: AccountRows
  readonly #bounds: SearchBounds

  constructor(accounts: AccountRows, bounds: SearchBounds = defaultBounds) {
    this.#accounts = accounts
    this.#bounds = bounds
  }

  /** How many entries the source has. Counts no further than to one that is not rare. */
  async count(db: Database, source: Source): Promise<number> {
    const entries = entriesOf(db, source, this.#bounds.rareTerms + 1).as('entries')
    const row = await db
      .selectFrom(entries)
      .select(({ fn }) => fn.countAll<number | bigint>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(row.count)
  }

  /** The next ids of a source, which has that many entries. */
  async next(db: Database, source: Source & { readonly count: number }, page: UserPage): Promise<Candidates> {
    const { rareTerms } = this.#bounds
    if (source.by === 'terms' && source.count > rareTerms)
      return await this.#nextAmongAll(db, source.ranges, page)
    // Some terms may have been added since they were counted.
    const ids = await idsOf(db, source, page, 2 * rareTerms)
    return { ids, readUpTo: ids.length < page.limit ? null : (ids.at(-1) ?? null) }
  }

  /** The next ids of terms that many accounts have: reads the terms of the next accounts, whatever they are. */
  async #nextAmongAll(
    db: Database,
    ranges: readonly TermRange[],
    { after, direction, limit }: UserPage,
  ): Promise<Candidates> {
    const { walkedTerms } = this.#bounds
    const order = orderOf(direction)
    const following = db
      .selectFrom('account_terms')
      .where('account_id', order.beyond, after ?? order.start)
      .orderBy('account_id', order.by)
    const last = await following.select('account_id').offset(walkedTerms).limit(1).executeTakeFirst()
    const upTo = last === undefined ? following : following.where('account_id', order.upTo, last.account_id)
    const walked = upTo
      .select(['account_id', 'term'])
      .limit(walkedTerms + termsOfAccountMax)
      .as('walked')
    const rows = await db
      .selectFrom(walked)
      .select('account_id')
      .distinct()
      .where((row) =>
        row.or(ranges.map(({ from, below }) => row.and([row('term', '>=', from), row('term', '<', below)]))),
      )
      .orderBy('account_id', order.by)
      .limit(limit)
      .execute()
    const ids = rows.map(({ account_id }) => account_id)
    const isCut = ids.length === limit
    return { ids, readUpTo: isCut ? (ids.at(-1) ?? null) : (last?.account_id ?? null) }
  }

  /** Those of the accounts that satisfy the filter, in order. */
  async read(
    db: Database,
    ids: readonly AccountId[],
    filter: UserFilter,
    direction: Direction,
  ): Promise<ListedUser[]> {
    if (ids.length === 0) return []
    const rows = await db
      .selectFrom('accounts')
      .leftJoin('suspensions', 'suspensions.account_id', 'accounts.id')
      .select(accountColumns)
      .select(['suspensions.reason', 'suspensions.suspended_at', 'suspensions.ends_at'])
      .where('accounts.id', 'in', ids)
      .where((row) => row.and(conditionsOf(row, filter)))
      .orderBy('accounts.id', orderOf(direction).by)
      .execute()
    const roles = await this.#rolesOf(
      db,
      rows.map(({ id }) => id),
    )
    return rows.map((row) => ({
      account: this.#accounts.read(row),
      roles: roles.get(row.id) ?? [],
      suspension: toSuspension(row),
    }))
  }

  async #rolesOf(db: Database, ids: readonly AccountId[]): Promise<ReadonlyMap<AccountId, string[]>> {
    const roles = new Map<AccountId, string[]>()
    if (ids.length === 0) return roles
    const rows = await db
      .selectFrom('account_roles')
      .select(['account_id', 'role'])
      .where('account_id', 'in', ids)
      .orderBy('role')
      .execute()
    for (const { account_id, role } of rows) roles.set(account_id, [...(roles.get(account_id) ?? []), role])
    return roles
  }
}

function orderOf(direction: Direction) {
  return direction === 'oldest_first'
    ? ({ by: 'asc', beyond: '>', upTo: '<=', start: lowestId } as const)
    : ({ by: 'desc', beyond: '<', upTo: '>=', start: highestId } as const)
}

async function idsOf(db: Database, source: Source, page: UserPage, most: number): Promise<AccountId[]> {
  const { by, beyond, start } = orderOf(page.direction)
  const after = page.after ?? start
  if (source.by === 'terms') {
    const rows = await db
      .selectFrom(entriesOf(db, source, most).as('entries'))
      .select('id')
      .distinct()
      .where('id', beyond, after)
      .orderBy('id', by)
      .limit(page.limit)
      .execute()
    return rows.map(({ id }) => id)
  }
  if (source.by === 'external_id') {
    const owner = ownerOf(db, source.externalId).where('account_id', beyond, after)
    return (await owner.execute()).map(({ id }) => id)
  }
  if (source.by === 'role') {
    const holders = db.selectFrom('account_roles').select('account_id').where('role', '=', source.role)
    const following = holders.where('account_id', beyond, after).orderBy('account_id', by)
    return (await following.limit(page.limit).execute()).map(({ account_id }) => account_id)
  }
  const all = db.selectFrom('accounts').select('id').where('id', beyond, after).orderBy('id', by)
  const ofStatus = source.by === 'status' ? all.where('status', '=', source.status) : all
  const some = source.by === 'kind' ? ofStatus.where('kind', '=', source.kind) : ofStatus
  return (await some.limit(page.limit).execute()).map(({ id }) => id)
}

/** The entries of an index, at most `most`. */
function entriesOf(db: Database, source: Source, most: number) {
  switch (source.by) {
    case 'external_id':
      return ownerOf(db, source.externalId)
    case 'terms':
      return termEntries(db, source.ranges, most)
    case 'role':
      return db
        .selectFrom('account_roles')
        .select('account_id as id')
        .where('role', '=', source.role)
        .limit(most)
    case 'status':
      return db.selectFrom('accounts').select('id').where('status', '=', source.status).limit(most)
    case 'kind':
      return db.selectFrom('accounts').select('id').where('kind', '=', source.kind).limit(most)
    case 'id':
      return db.selectFrom('accounts').select('id').limit(most)
  }
}

function ownerOf(db: Database, { source, id }: ExternalId) {
  return db
    .selectFrom('external_ids')
    .select('account_id as id')
    .where('source', '=', source)
    .where('external_id', '=', id)
}

function termEntries(db: Database, ranges: readonly TermRange[], most: number) {
  const [first, ...others] = ranges.map(({ from, below }) => {
    const range = db
      .selectFrom('account_terms')
      .select('account_id as id')
      .where('term', '>=', from)
      .where('term', '<', below)
      .orderBy('term')
      .limit(most)
    // Not every engine accepts a limit within a union, unless it is in a subquery.
    return db.selectFrom(range.as('range')).select('id')
  })
  if (first === undefined) throw new Error('a search needs a term')
  return others.reduce((all, other) => all.unionAll(other), first)
}

type Row = ExpressionBuilder<Tables, 'accounts'>

function conditionsOf(
  row: Row,
  { terms, role, status, isVerified, kind, externalId }: UserFilter,
): Expression<SqlBool>[] {
  const email = row('accounts.email_verified_at', 'is not', null)
  const phoneNumber = row('accounts.phone_number_verified_at', 'is not', null)
  const verified = row.or([email, phoneNumber])
  return [
    ...(status === null ? [] : [row('accounts.status', '=', status)]),
    ...(kind === null ? [] : [row('accounts.kind', '=', kind)]),
    ...(isVerified === null ? [] : [isVerified ? verified : row.not(verified)]),
    ...(externalId === null ? [] : [row.exists(knownBy(row, externalId))]),
    ...(role === null ? [] : [row.exists(holding(row, role))]),
    ...(terms === null ? [] : [row.exists(having(row, terms))]),
  ]
}

function holding(row: Row, role: string) {
  return row
    .selectFrom('account_roles')
    .select(sql.lit(1).as('one'))
    .whereRef('account_roles.account_id', '=', 'accounts.id')
    .where('account_roles.role', '=', role)
}

function knownBy(row: Row, { source, id }: ExternalId) {
  return row
    .selectFrom('external_ids')
    .select(sql.lit(1).as('one'))
    .whereRef('external_ids.account_id', '=', 'accounts.id')
    .where('external_ids.source', '=', source)
    .where('external_ids.external_id', '=', id)
}

function having(row: Row, ranges: readonly TermRange[]) {
  return row
    .selectFrom('account_terms')
    .select(sql.lit(1).as('one'))
    .whereRef('account_terms.account_id', '=', 'accounts.id')
    .where((term) =>
      term.or(
        ranges.map(({ from, below }) =>
          term.and([term('account_terms.term', '>=', from), term('account_terms.term', '<', below)]),
        ),
      ),
    )
}

function toSuspension(row: {
  readonly reason: string | null
  readonly suspended_at: number | null
  readonly ends_at: number | null
}): Suspension | null {
  if (row.suspended_at === null) return null
  const endsAt = row.ends_at === null ? null : new Date(row.ends_at)
  return { reason: row.reason, suspendedAt: new Date(row.suspended_at), endsAt }
}
