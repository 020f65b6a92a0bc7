import type { Database } from '../../../platform/database/tables.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { noAccountId } from '../../../platform/kernel/ids.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { Contact } from '../../users/accounts/contacts/model.ts'
import { type ContactsService, recipientOf } from '../../users/accounts/contacts/service.ts'
import type { LookUp } from '../../users/accounts/identifiers/service.ts'
import { decoyOf } from '../recovery/model.ts'
import { signInPurpose } from '../sign-in/service.ts'
import { type SignInCodePolicy, signInContact } from './model.ts'

export interface SignInTargetsOptions {
  readonly contacts: Pick<ContactsService, 'list'>
  readonly outbox: Pick<OutboxService, 'delivers'>
  readonly policy: SignInCodePolicy
}

/** The account and the contact to which a code is sent. */
export interface SignInTarget {
  readonly account: Account
  readonly contact: Contact
}

/** Decides who can sign in with a code, and by which contact. */
export class SignInTargets {
  readonly #options: SignInTargetsOptions

  constructor(options: SignInTargetsOptions) {
    this.#options = options
  }

  /** Does the same work for an identifier that no account has (I4). */
  async find(
    db: Database,
    { account, typed }: Pick<LookUp, 'account' | 'typed'>,
  ): Promise<SignInTarget | null> {
    const { contacts, policy } = this.#options
    const all = await contacts.list(db, account?.id ?? noAccountId)
    const contact = signInContact(all.filter(this.#isReached), typed[0], policy)
    return account === null || contact === null || !mayAsk(account) ? null : { account, contact }
  }

  /** In place of the contact of an account, for an identifier that no account has. */
  decoyFor({ typed }: Pick<LookUp, 'typed'>): Contact {
    const { outbox, policy } = this.#options
    return decoyOf(
      typed,
      (kind) => policy.contacts.includes(kind) && outbox.delivers(kind === 'email' ? 'mail' : 'sms'),
    )
  }

  /** The contact of this kind, if the account can still sign in with it; otherwise none. */
  async contactsOf(db: Database, { id }: Pick<Account, 'id'>, kind: Contact['kind']): Promise<Contact[]> {
    const { contacts, policy } = this.#options
    const all = await contacts.list(db, id)
    const contact = signInContact(all.filter(this.#isReached), kind, policy)
    return contact?.kind === kind ? [contact] : []
  }

  readonly #isReached = (contact: Contact): boolean =>
    this.#options.outbox.delivers(recipientOf(contact).channel)
}

/** The accounts that can sign in with a password: no other one gets in by another method. */
function mayAsk(account: Account): boolean {
  return account.kind === 'person' && signInPurpose.mayLogIn(account)
}
