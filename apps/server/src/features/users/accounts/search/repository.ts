import type { Insertable } from 'kysely'
import type { AccountsTable, Database, Transaction } from '../../../../platform/database/tables.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { type Searchable, searchTermsOf } from '../identifiers/search-terms.ts'

/** What an account is found by. */
type SearchedColumns = Pick<
  Insertable<AccountsTable>,
  | 'username'
  | 'username_canonical'
  | 'email'
  | 'email_canonical'
  | 'phone_number'
  | 'full_name'
  | 'given_name'
  | 'family_name'
>

/** The terms by which accounts are found. They follow from the account, and change with it. */
export class SearchTermsRepository {
  /** For a new account. */
  async insert(db: Transaction, row: SearchedColumns & { readonly id: AccountId }): Promise<void> {
    await db.insertInto('account_terms').values(termRowsOf(row)).execute()
  }

  /** Call it after each change of an identifier or a name, in the transaction that has changed the row. */
  async refresh(db: Transaction, id: AccountId): Promise<void> {
    const account = await this.#read(db, id)
    if (account === null) return
    const wanted = searchTermsOf(account)
    const rows = await db.selectFrom('account_terms').select('term').where('account_id', '=', id).execute()
    const stored = rows.map(({ term }) => term)
    const outdated = stored.filter((term) => !wanted.includes(term))
    const missing = wanted.filter((term) => !stored.includes(term))
    if (outdated.length > 0)
      await db
        .deleteFrom('account_terms')
        .where('account_id', '=', id)
        .where('term', 'in', outdated)
        .execute()
    if (missing.length > 0) await this.#add(db, id, missing)
  }

  async #add(db: Transaction, id: AccountId, terms: readonly string[]): Promise<void> {
    const rows = terms.map((term) => ({ account_id: id, term }))
    await db.insertInto('account_terms').values(rows).execute()
  }

  async #read(db: Database, id: AccountId): Promise<Searchable | null> {
    const row = await db
      .selectFrom('accounts')
      .select(['username', 'username_canonical', 'email', 'email_canonical', 'phone_number'])
      .select(['full_name', 'given_name', 'family_name'])
      .where('id', '=', id)
      .executeTakeFirst()
    return row === undefined ? null : toSearchable(row)
  }
}

/** The rows of a new account. */
export function termRowsOf(row: SearchedColumns & { readonly id: AccountId }) {
  return searchTermsOf(toSearchable(row)).map((term) => ({ account_id: row.id, term }))
}

function toSearchable(row: SearchedColumns): Searchable {
  return {
    username: row.username ?? null,
    usernameCanonical: row.username_canonical ?? null,
    email: row.email ?? null,
    emailCanonical: row.email_canonical ?? null,
    phoneNumber: row.phone_number ?? null,
    fullName: row.full_name ?? null,
    givenName: row.given_name ?? null,
    familyName: row.family_name ?? null,
  }
}
