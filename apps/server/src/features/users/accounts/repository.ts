import type { Insertable, Updateable } from 'kysely'
import { UniqueViolation } from '../../../platform/database/faults.ts'
import type { AccountsTable, Database, ReadAccount, Transaction } from '../../../platform/database/tables.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { Identifier } from './identifiers/identifier.ts'
import type { Username } from './identifiers/username.ts'
import type { Identifiers } from './model.ts'
import { byId, byIdentifier, shiftActive } from './queries.ts'

export type AccountRow = Insertable<AccountsTable>
export type AccountChanges = Omit<Updateable<AccountsTable>, 'id' | 'created_at'>
export type SealedDetails = Pick<Account, 'addressSealed' | 'nationalIdSealed'>

/** For a name that is given up. */
export interface Rest {
  readonly now: Date
  readonly until: Date
}

export class AccountsRepository {
  /** @returns the identifier that somebody else has, or null where the account was stored. */
  async insert(
    db: Transaction,
    row: AccountRow,
    skeletons: readonly string[],
  ): Promise<keyof Identifiers | null> {
    try {
      await db.insertInto('accounts').values(row).execute()
      const looks = skeletons.map((skeleton) => ({ account_id: row.id, skeleton }))
      if (looks.length > 0) {
        await this.#freeRested(db, skeletons, row.created_at)
        await db.insertInto('username_skeletons').values(looks).execute()
      }
      return null
    } catch (error) {
      const taken = error instanceof UniqueViolation ? identifierOf(error.constraint) : null
      if (taken === null) throw error
      return taken
    }
  }

  /** The account of a row, whichever query brought it. */
  read(row: ReadAccount): Account {
    return {
      id: row.id,
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

  async findByIdentifier(db: Database, { kind, canonical }: Identifier): Promise<Account | null> {
    const [row] = await byIdentifier[kind].execute(db, { value: canonical })
    return row === undefined ? null : this.read(row)
  }

  async findTaken(
    db: Database,
    { username, email, phoneNumber }: Identifiers,
    now: Date,
  ): Promise<keyof Identifiers | null> {
    if (username !== null && (await this.#looksTaken(db, username.skeletons, now))) return 'username'
    if (email !== null && (await this.#exists(db, 'email_canonical', email.canonical))) return 'email'
    if (phoneNumber !== null && (await this.#exists(db, 'phone_number', phoneNumber.canonical)))
      return 'phoneNumber'
    return null
  }

  /** Sorted by id, which is by time of registration. */
  async list(db: Database, { after, limit }: { after: AccountId | null; limit: number }): Promise<Account[]> {
    const all = db.selectFrom('accounts').selectAll().orderBy('id').limit(limit)
    const rows = await (after === null ? all : all.where('id', '>', after)).execute()
    return rows.map((row) => this.read(row))
  }

  /** Those with sealed details, sorted by id. */
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
    const rows = await (after === null ? sealed : sealed.where('id', '>', after)).execute()
    return rows.map((row) => ({
      id: row.id,
      addressSealed: row.address_sealed,
      nationalIdSealed: row.national_id_sealed,
    }))
  }

  /** Only over the value that was read: who has changed it meanwhile is not overwritten. */
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

  /** Says whether there is such an account. */
  async update(db: Database, id: AccountId, changes: AccountChanges): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('accounts')
      .set(changes)
      .where('id', '=', id)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  /**
   * Another username, in a transaction that holds the account. Looks of the old one that the new one has not rest.
   * @returns whether it was free: nobody else has it, or had it until a while ago
   */
  async rename(db: Transaction, id: AccountId, username: Username, rest: Rest): Promise<boolean> {
    const { given, canonical, skeletons } = username
    const nowMs = rest.now.getTime()
    try {
      await this.#freeRested(db, skeletons, nowMs)
      await db
        .updateTable('username_skeletons')
        .set({ rests_until: rest.until.getTime() })
        .where('account_id', '=', id)
        .where('rests_until', 'is', null)
        .where('skeleton', 'not in', skeletons)
        .execute()
      for (const skeleton of skeletons) await this.#useLook(db, id, skeleton)
      return await this.update(db, id, {
        username: given,
        username_canonical: canonical,
        updated_at: nowMs,
      })
    } catch (error) {
      if (error instanceof UniqueViolation && identifierOf(error.constraint) === 'username') return false
      throw error
    }
  }

  /** When names of the account end their rest that rest now, the next first. */
  async findResting(db: Database, id: AccountId, now: Date): Promise<Date[]> {
    const rows = await db
      .selectFrom('username_skeletons')
      .select('rests_until')
      .where('account_id', '=', id)
      .where('rests_until', '>', now.getTime())
      .orderBy('rests_until')
      .execute()
    return rows.flatMap(({ rests_until }) => (rests_until === null ? [] : [new Date(rests_until)]))
  }

  /** @returns how many looks are gone that have rested, `limit` at the most */
  async deleteRested(db: Transaction, now: Date, limit: number): Promise<number> {
    const rows = db.selectFrom('username_skeletons').select('skeleton')
    const rested = await rows.where('rests_until', '<=', now.getTime()).limit(limit).execute()
    const skeletons = rested.map(({ skeleton }) => skeleton)
    if (skeletons.length > 0) await this.#freeRested(db, skeletons, now.getTime())
    return skeletons.length
  }

  /** Moves the time of the last change of an account that is active. @returns whether it is */
  async shiftActive(db: Transaction, id: AccountId, byMs: number): Promise<boolean> {
    return (await shiftActive.change(db, { id, by: byMs })) > 0n
  }

  /** Says whether there was such an account; all that hangs on it goes with it. */
  async delete(db: Database, id: AccountId): Promise<boolean> {
    const { numDeletedRows } = await db.deleteFrom('accounts').where('id', '=', id).executeTakeFirst()
    return numDeletedRows > 0n
  }

  /** As `delete`, but not one that may sign in. */
  async deleteUnlessActive(db: Transaction, id: AccountId): Promise<boolean> {
    const { numDeletedRows } = await db
      .deleteFrom('accounts')
      .where('id', '=', id)
      .where('status', '!=', 'active')
      .executeTakeFirst()
    return numDeletedRows > 0n
  }

  /** Says whether the account had been deleted, and so could come back. */
  async reactivate(db: Transaction, id: AccountId, updatedAt: Date): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('accounts')
      .set({ status: 'active', updated_at: updatedAt.getTime() })
      .where('id', '=', id)
      .where('status', '=', 'deleted')
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }

  // The same canonical form has the same skeleton, so looks say all there is to say.
  async #looksTaken(db: Database, skeletons: readonly string[], now: Date): Promise<boolean> {
    const looks = db.selectFrom('username_skeletons').select('account_id').where('skeleton', 'in', skeletons)
    const taken = looks.where((row) =>
      row.or([row('rests_until', 'is', null), row('rests_until', '>', now.getTime())]),
    )
    return (await taken.executeTakeFirst()) !== undefined
  }

  // Looked for first, since to delete what is not there makes others wait who insert beside it.
  async #freeRested(db: Transaction, skeletons: readonly string[], nowMs: number): Promise<void> {
    const rows = db.selectFrom('username_skeletons').select(['account_id', 'skeleton'])
    const rested = await rows.where('skeleton', 'in', skeletons).where('rests_until', '<=', nowMs).execute()
    for (const { account_id, skeleton } of rested)
      await db
        .deleteFrom('username_skeletons')
        .where('account_id', '=', account_id)
        .where('skeleton', '=', skeleton)
        .where('rests_until', '<=', nowMs)
        .execute()
  }

  // A row that the account has already, resting or in use, is in use from now on.
  async #useLook(db: Transaction, id: AccountId, skeleton: string): Promise<void> {
    const { numUpdatedRows } = await db
      .updateTable('username_skeletons')
      .set({ rests_until: null })
      .where('account_id', '=', id)
      .where('skeleton', '=', skeleton)
      .executeTakeFirst()
    if (numUpdatedRows === 0n)
      await db.insertInto('username_skeletons').values({ account_id: id, skeleton }).execute()
  }

  async #exists(db: Database, column: keyof AccountsTable, value: string): Promise<boolean> {
    const row = await db.selectFrom('accounts').select('id').where(column, '=', value).executeTakeFirst()
    return row !== undefined
  }
}

function identifierOf(constraint: string): keyof Identifiers | null {
  switch (constraint) {
    case 'accounts_username_canonical':
    case 'username_skeletons_skeleton':
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
