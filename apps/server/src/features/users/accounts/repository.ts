import type { Insertable, Updateable } from 'kysely'
import { changesRows } from '../../../platform/database/changed-rows.ts'
import { rowGuardOf } from '../../../platform/database/dialects/row-locks.ts'
import { UniqueViolation } from '../../../platform/database/faults.ts'
import type { AccountsTable, Database, ReadAccount, Transaction } from '../../../platform/database/tables.ts'
import type { Account, AccountKind } from '../../../platform/kernel/account.ts'
import { type AccountId, lowestId } from '../../../platform/kernel/ids.ts'
import type { Identifier } from './identifiers/identifier.ts'
import type { Username } from './identifiers/username.ts'
import type { Identifiers } from './model.ts'
import { byEmail, byId, byPhoneNumber, byUsername, locked, shift } from './queries.ts'
import { SearchTermsRepository } from './search/repository.ts'
import { type Hold, UsernamesRepository } from './usernames/repository.ts'

export type AccountRow = Insertable<AccountsTable>
export type AccountChanges = Omit<Updateable<AccountsTable>, 'id' | 'created_at'>
/** The changes that leave what the account is found by as it is. */
export type PlainChanges = Omit<
  AccountChanges,
  | 'username'
  | 'username_canonical'
  | 'email'
  | 'email_canonical'
  | 'phone_number'
  | 'full_name'
  | 'given_name'
  | 'family_name'
>
/** The accounts that a lock takes. */
export type Lockable = keyof typeof shift
/** A page of accounts of one kind. */
export interface AccountPage {
  readonly kind: AccountKind
  readonly after: AccountId | null
  readonly limit: number
}
export type SealedDetails = Pick<Account, 'addressSealed' | 'nationalIdSealed'>

/** Reads and writes the rows of accounts, and with them the skeletons of their usernames and their search terms. */
export class AccountsRepository {
  readonly #usernames = new UsernamesRepository()
  readonly #terms = new SearchTermsRepository()

  /** @returns the identifier that is taken; null if the account was stored */
  async insert(
    db: Transaction,
    row: AccountRow,
    skeletons: readonly string[],
  ): Promise<keyof Identifiers | null> {
    try {
      await db.insertInto('accounts').values(row).execute()
      await this.#terms.insert(db, row)
      const isFree = await this.#usernames.insert(db, row.id, skeletons, new Date(row.created_at))
      return isFree ? null : 'username'
    } catch (error) {
      const taken = error instanceof UniqueViolation ? identifierOf(error.constraint) : null
      if (taken === null) throw error
      return taken
    }
  }

  /** Turns a row of any query into an account. */
  read(row: ReadAccount): Account {
    return {
      id: row.id,
      kind: row.kind,
      username: row.username,
      email: row.email,
      emailVerifiedAt: toDate(row.email_verified_at),
      phoneNumber: row.phone_number,
      phoneNumberVerifiedAt: toDate(row.phone_number_verified_at),
      fullName: row.full_name,
      givenName: row.given_name,
      familyName: row.family_name,
      addressSealed: row.address_sealed,
      nationalIdSealed: row.national_id_sealed,
      locale: row.locale,
      status: row.status,
      createdAt: new Date(row.created_at),
      updatedAt: new Date(row.updated_at),
    }
  }

  async findById(db: Database, id: AccountId): Promise<Account | null> {
    const [row] = await byId.execute(db, { value: id })
    return row === undefined ? null : this.read(row)
  }

  async findByIdentifier(db: Database, identifier: Identifier): Promise<Account | null> {
    const rows = await rowsOf(db, identifier)
    const row = rows.find((each) => each.phone_number === identifier.canonical) ?? rows[0]
    // Without an account, its columns are null. They are read too, which takes the same time (A34).
    const account = row === undefined ? null : this.read(row as ReadAccount)
    return row?.id === null ? null : account
  }

  /** The phone number as its owner typed it. */
  async findTypedNumber(db: Database, id: AccountId): Promise<string | null> {
    const row = await db
      .selectFrom('accounts')
      .select('phone_number_given')
      .where('id', '=', id)
      .executeTakeFirst()
    return row?.phone_number_given ?? null
  }

  /** What people may type to name the account, in its canonical form. */
  async canonicalIdentifiers(db: Database, id: AccountId): Promise<Identifier[]> {
    const row = await db
      .selectFrom('accounts')
      .select(['username_canonical', 'email_canonical', 'phone_number'])
      .where('id', '=', id)
      .executeTakeFirst()
    const identifiers = [
      { kind: 'username', canonical: row?.username_canonical },
      { kind: 'email', canonical: row?.email_canonical },
      { kind: 'phone_number', canonical: row?.phone_number },
    ] as const
    return identifiers.flatMap(({ kind, canonical }) => (canonical ? [{ kind, canonical }] : []))
  }

  async findTaken(
    db: Database,
    { username, email, phoneNumber }: Identifiers,
    now: Date,
  ): Promise<keyof Identifiers | null> {
    if (username !== null && (await this.#usernames.isTaken(db, username.skeletons, now))) return 'username'
    if (email !== null && (await this.#exists(db, 'email_canonical', email.canonical))) return 'email'
    if (phoneNumber !== null && (await this.#exists(db, 'phone_number', phoneNumber.canonical)))
      return 'phoneNumber'
    return null
  }

  /** In the order of their ids, which is the order in which they were created. */
  async list(db: Database, { kind, after, limit }: AccountPage): Promise<Account[]> {
    const all = db.selectFrom('accounts').selectAll().where('kind', '=', kind).orderBy('id').limit(limit)
    const rows = await all.where('id', '>', after ?? lowestId).execute()
    return rows.map((row) => this.read(row))
  }

  /** Lists the accounts with sealed details, in the order of their ids. */
  async listSealed(
    db: Database,
    { after, limit }: { after: AccountId | null; limit: number },
  ): Promise<(SealedDetails & { id: AccountId })[]> {
    const sealed = db
      .selectFrom('accounts')
      .select(['id', 'address_sealed', 'national_id_sealed'])
      .where((row) =>
        row.or([row('address_sealed', 'is not', null), row('national_id_sealed', 'is not', null)]),
      )
      .orderBy('id')
      .limit(limit)
    const rows = await sealed.where('id', '>', after ?? lowestId).execute()
    return rows.map((row) => ({
      id: row.id,
      addressSealed: row.address_sealed,
      nationalIdSealed: row.national_id_sealed,
    }))
  }

  /** Replaces the value only if it is still the one that was read, so that a newer value is not overwritten. */
  async replaceSealed(
    db: Database,
    id: AccountId,
    column: 'address_sealed' | 'national_id_sealed',
    { read, resealed }: { read: string; resealed: string },
  ): Promise<void> {
    await db
      .updateTable('accounts')
      .set({ [column]: resealed })
      .where('id', '=', id)
      .where(column, '=', read)
      .execute()
  }

  /** Takes no identifier and no name: `updateFound` does. @returns whether there is such an account */
  async update(db: Database, id: AccountId, changes: PlainChanges): Promise<boolean> {
    return await changesRows(db.updateTable('accounts').set(changes).where('id', '=', id))
  }

  /** Also changes what the account is found by. @returns whether there is such an account */
  async updateFound(db: Transaction, id: AccountId, changes: AccountChanges): Promise<boolean> {
    const isThere = await changesRows(db.updateTable('accounts').set(changes).where('id', '=', id))
    if (isThere) await this.#terms.refresh(db, id)
    return isThere
  }

  /** @returns whether the username was free; if not, the transaction must be rolled back */
  async rename(db: Transaction, id: AccountId, username: Username, hold: Hold): Promise<boolean> {
    const { given, canonical, skeletons } = username
    try {
      if (!(await this.#usernames.replace(db, id, skeletons, hold))) return false
      return await this.updateFound(db, id, {
        username: given,
        username_canonical: canonical,
        updated_at: hold.now.getTime(),
      })
    } catch (error) {
      if (error instanceof UniqueViolation && identifierOf(error.constraint) === 'username') return false
      throw error
    }
  }

  /**
   * Keeps an account with such a status as it is until the transaction ends. On a Galera cluster it changes the row and
   * changes it back: a lock would hold on one node only.
   * @returns whether there is one
   */
  async lock(db: Transaction, id: AccountId, status: Lockable): Promise<boolean> {
    if (rowGuardOf(db.getExecutor().adapter) !== 'change')
      return (await locked[status].execute(db, { id })).length > 0
    const isShifted = await shift[status].change(db, { id, by: 1 })
    return isShifted && (await shift[status].change(db, { id, by: -1 }))
  }

  /** @returns whether there was such an account; every row that refers to it is deleted too */
  async delete(
    db: Database,
    id: AccountId,
    { unlessActive = false, onlyPending = false } = {},
  ): Promise<boolean> {
    const one = db.deleteFrom('accounts').where('id', '=', id)
    if (onlyPending) return await changesRows(one.where('status', '=', 'pending'))
    return await changesRows(unlessActive ? one.where('status', '!=', 'active') : one)
  }

  /** Deletes the account, and holds its username for no one. @returns whether there was such an account */
  async deleteAndHold(db: Transaction, id: AccountId, until: Date): Promise<boolean> {
    await this.#usernames.detach(db, id, until)
    return await this.delete(db, id)
  }

  /** Makes a pending account active. @returns false if the account was not pending */
  async activate(db: Transaction, id: AccountId, updatedAt: Date): Promise<boolean> {
    return await changesRows(
      db
        .updateTable('accounts')
        .set({ status: 'active', pending_until: null, updated_at: updatedAt.getTime() })
        .where('id', '=', id)
        .where('status', '=', 'pending'),
    )
  }

  /** The accounts that no one has confirmed in time, the earliest first. */
  async listUnconfirmed(db: Database, now: Date, limit: number): Promise<AccountId[]> {
    const query = db.selectFrom('accounts').select('id').where('pending_until', '<=', now.getTime())
    const rows = await query.orderBy('pending_until').limit(limit).execute()
    return rows.map(({ id }) => id)
  }

  /** Makes a deleted account active. @returns false if the account was not deleted */
  async reactivate(db: Transaction, id: AccountId, updatedAt: Date): Promise<boolean> {
    return await changesRows(
      db
        .updateTable('accounts')
        .set({ status: 'active', updated_at: updatedAt.getTime() })
        .where('id', '=', id)
        .where('status', '=', 'deleted'),
    )
  }

  async #exists(db: Database, column: keyof AccountsTable, value: string): Promise<boolean> {
    const row = await db.selectFrom('accounts').select('id').where(column, '=', value).executeTakeFirst()
    return row !== undefined
  }
}

type AccountOrNulls = { [Column in keyof ReadAccount]: ReadAccount[Column] | null }

function rowsOf(
  db: Database,
  { kind, canonical: value, former = value }: Identifier,
): Promise<AccountOrNulls[]> {
  if (kind === 'username') return byUsername.execute(db, { value })
  if (kind === 'email') return byEmail.execute(db, { value })
  return byPhoneNumber.execute(db, { value, former })
}

function identifierOf(constraint: string): keyof Identifiers | null {
  switch (constraint) {
    case 'accounts_username_canonical':
      return 'username'
    case 'accounts_email_canonical':
      return 'email'
    case 'accounts_phone_number':
      return 'phoneNumber'
    default:
      return null
  }
}

function toDate(milliseconds: number | null): Date | null {
  return milliseconds === null ? null : new Date(milliseconds)
}

type WithoutAbsent<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Omits columns that are undefined: the caller did not name them, so they stay as they are. */
export function withoutAbsent<T extends object>(columns: T): WithoutAbsent<T> {
  return Object.fromEntries(
    Object.entries(columns).filter(([, value]) => value !== undefined),
  ) as WithoutAbsent<T>
}
