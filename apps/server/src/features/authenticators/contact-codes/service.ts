import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { GuessesService } from '../../safeguards/rate-limits/guesses/service.ts'
import type { Contact, ContactKind } from '../../users/accounts/contacts/model.ts'
import { type ContactsService, recipientOf } from '../../users/accounts/contacts/service.ts'
import { resendSeconds } from '../codes/model.ts'
import type { CodeProof, CodesService } from '../codes/service.ts'
import type { FactorProof } from '../factors/service.ts'
import {
  type AskedAccount,
  bindingOf,
  type ContactCodeGuess,
  type ContactCodePolicy,
  type ContactOffer,
  guessedBy,
  mayFollow,
  messageFacts,
  methodOf,
  noContact,
  type SentContactCode,
} from './model.ts'
import type { RecoveryMarks } from './recovered-by/service.ts'

export interface ContactCodesOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'success'>
  readonly codes: Pick<CodesService, 'check' | 'issue' | 'secondsUntilNext'>
  readonly contacts: Pick<ContactsService, 'list'>
  readonly guesses: Pick<GuessesService, 'outlookFor'>
  readonly outbox: Pick<OutboxService, 'delivers' | 'put'>
  readonly recoveryMarks: Pick<RecoveryMarks, 'find'>
  readonly policy: ContactCodePolicy
}

/** A code that someone asks for, within a sign-in. */
export interface ContactCodeRequest extends AskedAccount {
  readonly kind: ContactKind
  /** The id of the challenge. The code works with no other. */
  readonly flow: string
}

/**
 * Codes that are sent by email or text message as the second factor of a sign-in. They are no factor that an owner has
 * added: an email proves no possession (NIST SP 800-63B-4 §3.1.3.1), and text messages are restricted (§3.1.3.3). So the
 * operator must allow them, and they change no other factor.
 */
export class ContactCodesService {
  readonly #options: ContactCodesOptions

  constructor(options: ContactCodesOptions) {
    this.#options = options
  }

  /** The contacts that the account can use after this first factor. */
  async offerTo(db: Database, asked: AskedAccount): Promise<ContactOffer> {
    const { contacts, withheld } = await this.#contactsFor(db, asked)
    return {
      kinds: contacts.map(({ kind }) => kind),
      isWithheld: contacts.length === 0 && withheld,
    }
  }

  /**
   * Sends a code to the contact, as the account stores it (A15).
   * @returns null if this contact is not offered
   */
  async send(
    { kind, flow, ...asked }: ContactCodeRequest,
    context: RequestContext,
  ): Promise<SentContactCode | null> {
    const { audit, db } = this.#options
    const { account } = asked
    return await inTransaction(db, async (transaction) => {
      const { contacts } = await this.#contactsFor(transaction, asked)
      const contact = contacts.find((each) => each.kind === kind)
      if (contact === undefined) return null
      const sent = await this.#issue(transaction, { account, contact, flow }, context)
      const subject = { accountId: account.id, method: methodOf(kind) }
      await audit.success(transaction, 'second_factor_code_request', subject, context)
      return sent
    })
  }

  /**
   * Evaluates a code. Never call it inside a transaction.
   * @returns null if it is wrong, has expired, or was sent for another sign-in
   * @throws `rate_limited`
   */
  async verify({
    kind,
    code,
    flow,
    context,
    action,
    ...asked
  }: ContactCodeGuess): Promise<FactorProof | null> {
    const { account } = asked
    const { subject } = guessedBy(account, kind)
    const auditSubject = { accountId: account.id }
    const binding = bindingOf(account, kind, flow)
    const result = await this.#options.codes.check({
      ...binding,
      code,
      subject,
      typed: null,
      context,
      action,
      auditSubject,
    })
    if (!result.isRight) return null
    return {
      methods: [methodOf(kind)],
      use: (transaction) => this.#use(transaction, { ...asked, kind }, result),
    }
  }

  /** The contact must still be a second factor of the account, as this transaction reads it (I2, I5). */
  async #use(
    transaction: Transaction,
    { kind, ...asked }: AskedAccount & { readonly kind: ContactKind },
    proof: CodeProof,
  ): Promise<boolean> {
    const { contacts } = await this.#contactsFor(transaction, asked)
    const own = contacts.filter((contact) => contact.kind === kind)
    return (await proof.use(transaction, own)) !== null
  }

  async #issue(
    transaction: Transaction,
    {
      account,
      contact,
      flow,
    }: { readonly account: Account; readonly contact: Contact; readonly flow: string },
    context: RequestContext,
  ): Promise<SentContactCode> {
    const { codes, guesses, outbox } = this.#options
    const { kind } = contact
    // Someone who has only the password is no known client: only a right code makes one.
    const { isKnownClient } = await guesses.outlookFor(transaction, guessedBy(account, kind), context)
    const requested = { ...bindingOf(account, kind, flow), accountId: account.id, contact }
    const waitSeconds = await codes.secondsUntilNext(transaction, requested)
    let isTooSoon = false
    await codes.issue(transaction, requested, async ({ code }, wasJustIssued) => {
      // A minute must pass, or else someone with the password would replace the code that the owner is about to type.
      isTooSoon = wasJustIssued && !isKnownClient
      return await outbox.put(transaction, {
        template: 'second_factor_code',
        facts: { ...messageFacts, code },
        about: 'second_factor_code',
        recipient: recipientOf(contact),
        accountId: account.id,
        locale: account.locale,
        context,
        carriesCode: true,
        isFromKnownClient: isKnownClient,
        unsendable: isTooSoon ? 'too_soon' : null,
      })
    })
    return isTooSoon ? { isTooSoon, waitSeconds } : { isTooSoon, waitSeconds: resendSeconds }
  }

  async #contactsFor(
    db: Database,
    { account, hasOwnFactor, methods }: AskedAccount,
  ): Promise<{ readonly contacts: readonly Contact[]; readonly withheld: boolean }> {
    const { contacts, outbox, policy, recoveryMarks } = this.#options
    const none = { contacts: [], withheld: noContact.isWithheld }
    if (policy.contacts.length === 0 || (hasOwnFactor && !policy.isBesideOthers)) return none
    const all = await contacts.list(db, account.id)
    const confirmed = all.filter(
      (contact) =>
        policy.contacts.includes(contact.kind) &&
        // Anyone can enter the address of someone else (A10).
        contact.verifiedAt !== null &&
        outbox.delivers(recipientOf(contact).channel),
    )
    const withheld = confirmed.length > 0
    if (!mayFollow(methods)) return { contacts: [], withheld }
    const marked = await recoveryMarks.find(db, account.id)
    return { contacts: confirmed.filter(({ kind }) => kind !== marked), withheld }
  }
}
