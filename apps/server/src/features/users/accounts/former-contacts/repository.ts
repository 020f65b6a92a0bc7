import { changesRows } from '../../../../platform/database/changed-rows.ts'
import type { FormerContactsTable } from '../../../../platform/database/code-tables.ts'
import { deleteExpired } from '../../../../platform/database/delete-expired.ts'
import {
  accountColumns,
  type Database,
  type ReadAccount,
  type Transaction,
} from '../../../../platform/database/tables.ts'
import type { Account } from '../../../../platform/kernel/account.ts'
import type { AccountId, ContactChangeId } from '../../../../platform/kernel/ids.ts'
import type { Window } from '../../../../platform/kernel/time-bounds.ts'
import type { Contact } from '../contacts/model.ts'
import { toColumns, toContacts } from '../contacts/repository.ts'
import { type FormerContacts, verifiedContacts } from './model.ts'

/** Reads rows of accounts. */
export interface AccountRows {
  read(row: ReadAccount): Account
}

/** A link, when it was sent and when it stops working. */
export interface NewLink {
  readonly linkDigest: string
  readonly changedAt: Date
  readonly expiresAt: Date
}

export class FormerContactsRepository {
  readonly #accounts: AccountRows

  constructor(accounts: AccountRows) {
    this.#accounts = accounts
  }

  /** For an account that the transaction has locked, so that no two changes get the same number. */
  async insert(
    db: Transaction,
    { change, accountId, contacts }: Pick<FormerContacts, 'change' | 'accountId' | 'contacts'>,
    { linkDigest, changedAt, expiresAt }: NewLink,
  ): Promise<void> {
    const last = await db
      .selectFrom('former_contacts')
      .select(({ fn }) => fn.max('number').as('number'))
      .where('account_id', '=', accountId)
      .executeTakeFirst()
    await db
      .insertInto('former_contacts')
      .values({
        id: change,
        account_id: accountId,
        number: Number(last?.number ?? 0) + 1,
        ...toColumns(contacts),
        requested_link_digest: linkDigest,
        changed_link_digest: null,
        changed_at: changedAt.getTime(),
        expires_at: expiresAt.getTime(),
      })
      .execute()
  }

  async findByChange(db: Database, change: ContactChangeId): Promise<FormerContacts | null> {
    const all = db.selectFrom('former_contacts').selectAll()
    const row = await all.where('id', '=', change).executeTakeFirst()
    return row === undefined ? null : toFormerContacts(row)
  }

  /** @param digests the digest of one link with each master secret */
  async findByLink(db: Database, digests: readonly string[]): Promise<FormerContacts | null> {
    const row = await db
      .selectFrom('former_contacts')
      .selectAll()
      .where((row) =>
        row.or([row('requested_link_digest', 'in', digests), row('changed_link_digest', 'in', digests)]),
      )
      .executeTakeFirst()
    return row === undefined ? null : toFormerContacts(row)
  }

  /** The account that had the contact and can still get it back, as it was then; null if there is none. */
  async findHolder(
    db: Database,
    { kind, canonical }: Pick<Contact, 'kind' | 'canonical'>,
    { after, before }: Window,
  ): Promise<Account | null> {
    const column = kind === 'email' ? 'email_canonical' : 'phone_number'
    const row = await db
      .selectFrom('former_contacts')
      .innerJoin('accounts', 'accounts.id', 'former_contacts.account_id')
      .select(accountColumns)
      .select([
        'former_contacts.email as former_email',
        'former_contacts.email_verified_at as former_email_verified_at',
        'former_contacts.phone_number as former_phone_number',
        'former_contacts.phone_number_verified_at as former_phone_number_verified_at',
      ])
      .where(`former_contacts.${column}`, '=', canonical)
      .where('former_contacts.changed_at', '>', after.getTime())
      .where('former_contacts.changed_at', '<', before.getTime())
      .executeTakeFirst()
    if (row === undefined) return null
    return this.#accounts.read({
      ...row,
      email: row.former_email,
      email_verified_at: row.former_email_verified_at,
      phone_number: row.former_phone_number,
      phone_number_verified_at: row.former_phone_number_verified_at,
    })
  }

  /** Adds a second link, once the change has happened. */
  async addLink(
    db: Transaction,
    change: ContactChangeId,
    { linkDigest, changedAt, expiresAt }: NewLink,
  ): Promise<void> {
    const times = { changed_at: changedAt.getTime(), expires_at: expiresAt.getTime() }
    const row = db.updateTable('former_contacts').where('id', '=', change)
    await row.set({ changed_link_digest: linkDigest, ...times }).execute()
  }

  /**
   * Deletes those of one change, and of every later one. What was changed after a takeover may be the work of its author,
   * who would get the links.
   * @returns whether those of the change were still there: of all who undo it at once, one succeeds (I1)
   */
  async deleteSince(db: Transaction, { accountId, change, number }: FormerContacts): Promise<boolean> {
    const own = db.deleteFrom('former_contacts').where('account_id', '=', accountId)
    const wasThere = await changesRows(own.where('id', '=', change))
    await own.where('number', '>', number).execute()
    return wasThere
  }

  async deleteByAccount(db: Transaction, accountId: AccountId): Promise<void> {
    await db.deleteFrom('former_contacts').where('account_id', '=', accountId).execute()
  }

  /** @returns how many were deleted, at most `limit` */
  async deleteExpired(db: Transaction, until: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'former_contacts', { column: 'expires_at', until, limit })
  }
}

function toFormerContacts(row: FormerContactsTable): FormerContacts | null {
  const contacts = verifiedContacts(toContacts(row))
  if (contacts === null) return null
  return {
    change: row.id,
    accountId: row.account_id,
    number: row.number,
    contacts,
    changedAt: new Date(row.changed_at),
  }
}
