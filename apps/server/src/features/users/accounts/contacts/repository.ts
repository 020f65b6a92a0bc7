import { changesRows } from '../../../../platform/database/changed-rows.ts'
import { repeatIfTaken } from '../../../../platform/database/repeat-if-taken.ts'
import type { AccountsTable, Database, Transaction } from '../../../../platform/database/tables.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { SearchTermsRepository } from '../search/repository.ts'
import type { Contact } from './model.ts'

/** The columns that hold the contacts of an account. */
export type ContactColumns = Pick<
  AccountsTable,
  'email' | 'email_canonical' | 'email_verified_at' | 'phone_number' | 'phone_number_verified_at'
>

export class ContactsRepository {
  readonly #terms = new SearchTermsRepository()

  async list(db: Database, accountId: AccountId): Promise<Contact[]> {
    const row = await db
      .selectFrom('accounts')
      .select(['email', 'email_canonical', 'email_verified_at', 'phone_number', 'phone_number_verified_at'])
      .where('id', '=', accountId)
      .executeTakeFirst()
    return row === undefined ? [] : toContacts(row)
  }

  /** Only while the account still has this contact (I5). @returns whether it has */
  async markVerified(
    db: Transaction,
    accountId: AccountId,
    { kind, canonical }: Pick<Contact, 'kind' | 'canonical'>,
    at: Date,
  ): Promise<boolean> {
    const time = at.getTime()
    const query = db.updateTable('accounts').where('id', '=', accountId)
    return await changesRows(
      kind === 'email'
        ? query.set({ email_verified_at: time, updated_at: time }).where('email_canonical', '=', canonical)
        : query
            .set({ phone_number_verified_at: time, updated_at: time })
            .where('phone_number', '=', canonical),
    )
  }

  /** @throws TransactionConflict if another account has it, so that the transaction runs again and finds the owner */
  async replace(db: Transaction, accountId: AccountId, contact: Contact, at: Date): Promise<void> {
    const { email, email_canonical, email_verified_at, ...phone } = toColumns([contact])
    const columns =
      contact.kind === 'email'
        ? { email, email_canonical, email_verified_at }
        : { ...phone, phone_number_given: null }
    const own = db.updateTable('accounts').where('id', '=', accountId)
    await repeatIfTaken(own.set({ ...columns, updated_at: at.getTime() }))
    await this.#terms.refresh(db, accountId)
  }

  async remove(db: Transaction, accountId: AccountId, kind: Contact['kind'], at: Date): Promise<void> {
    const columns =
      kind === 'email'
        ? { email: null, email_canonical: null, email_verified_at: null }
        : { phone_number: null, phone_number_verified_at: null, phone_number_given: null }
    const own = db.updateTable('accounts').where('id', '=', accountId)
    await own.set({ ...columns, updated_at: at.getTime() }).execute()
    await this.#terms.refresh(db, accountId)
  }

  /** Like `replace`, for both kinds: the account has these contacts and no others. */
  async replaceAll(
    db: Transaction,
    accountId: AccountId,
    contacts: readonly Contact[],
    at: Date,
  ): Promise<void> {
    const own = db.updateTable('accounts').where('id', '=', accountId)
    await repeatIfTaken(
      own.set({ ...toColumns(contacts), phone_number_given: null, updated_at: at.getTime() }),
    )
    await this.#terms.refresh(db, accountId)
  }

  async removeUnverified(db: Transaction, accountId: AccountId, at: Date): Promise<void> {
    const updated_at = at.getTime()
    const own = db.updateTable('accounts').where('id', '=', accountId)
    await own
      .set({ email: null, email_canonical: null, updated_at })
      .where('email_verified_at', 'is', null)
      .execute()
    await own
      .set({ phone_number: null, phone_number_given: null, updated_at })
      .where('phone_number_verified_at', 'is', null)
      .execute()
    await this.#terms.refresh(db, accountId)
  }
}

/** The email address first. */
export function toContacts(row: ContactColumns): Contact[] {
  return [
    ...contact('email', row.email, row.email_canonical, row.email_verified_at),
    ...contact('phone_number', row.phone_number, row.phone_number, row.phone_number_verified_at),
  ]
}

/** At most one contact of each kind. */
export function toColumns(contacts: readonly Contact[]): ContactColumns {
  const email = contacts.find(({ kind }) => kind === 'email')
  const phone = contacts.find(({ kind }) => kind === 'phone_number')
  return {
    email: email?.address ?? null,
    email_canonical: email?.canonical ?? null,
    email_verified_at: email?.verifiedAt?.getTime() ?? null,
    phone_number: phone?.canonical ?? null,
    phone_number_verified_at: phone?.verifiedAt?.getTime() ?? null,
  }
}

function contact(
  kind: Contact['kind'],
  address: string | null,
  canonical: string | null,
  verifiedAt: number | null,
): Contact[] {
  if (address === null || canonical === null) return []
  return [{ kind, canonical, address, verifiedAt: verifiedAt === null ? null : new Date(verifiedAt) }]
}
