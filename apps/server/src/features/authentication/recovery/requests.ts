import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { forbidden } from '../../../platform/kernel/problems.ts'
import { noRequest, type RequestContext } from '../../../platform/kernel/request-context.ts'
import type { CodesService } from '../../authenticators/codes/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { GuessesService } from '../../safeguards/rate-limits/guesses/service.ts'
import type { Contact } from '../../users/accounts/contacts/model.ts'
import { recipientOf } from '../../users/accounts/contacts/service.ts'
import type { IdentifiersService, LookUp } from '../../users/accounts/identifiers/service.ts'
import { guessSubjectOf } from '../../users/accounts/model.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import { bindingOf, guessedBy, messageFacts, type RecoveryPolicy } from './model.ts'
import type { RecoveryTargets, Target } from './targets.ts'

export interface RecoveryRequestOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'success' | 'failure'>
  readonly accounts: Pick<AccountsService, 'get'>
  readonly identifiers: Pick<IdentifiersService, 'lookUp'>
  readonly codes: Pick<CodesService, 'issue'>
  readonly guesses: Pick<GuessesService, 'outlookFor'>
  readonly outbox: Pick<OutboxService, 'put'>
  readonly targets: RecoveryTargets
  readonly policy: RecoveryPolicy
}

/** Sends the code with which the owner of an account proves that it is theirs. */
export class RecoveryRequests {
  readonly #options: RecoveryRequestOptions

  constructor(options: RecoveryRequestOptions) {
    this.#options = options
  }

  /**
   * Sends a code to a contact of the account, as it is stored (A15). For an identifier that no account has it does the
   * same work and sends nothing, so that neither the answer nor its time reveals an account (I4, A36). The message is
   * sent later, so it makes no difference whether the mail server is slow or down.
   * @throws `forbidden` if the server does not offer recovery
   */
  async request(identifier: string, context: RequestContext): Promise<void> {
    const { audit, db, identifiers, policy, targets } = this.#options
    if (!policy.byContact) throw recoveryClosed()
    const found = await identifiers.lookUp(identifier)
    await inTransaction(db, async (transaction) => {
      const target = await targets.find(transaction, found)
      await this.#send(transaction, target, found, context)
      const subject = { accountId: found.account?.id ?? null }
      const reason = found.account === null ? 'unknown_account' : 'no_contact'
      if (target === null)
        await audit.failure(transaction, 'recovery_request', { ...subject, reason }, context)
      else await audit.success(transaction, 'recovery_request', subject, context)
    })
  }

  /**
   * Starts the recovery of an account for an administrator, who can never finish it: only the owner gets the code.
   * @returns the contact to which it was sent; null if the account has none that can be reached, or a cap withheld it
   * @throws `forbidden` if the settings do not allow it, `not_found`
   */
  async startFor(
    id: AccountId,
    context: RequestContext = noRequest,
    db: Database = this.#options.db,
  ): Promise<Contact['kind'] | null> {
    const { accounts, audit, policy, targets } = this.#options
    if (!policy.byAdministrator) throw administratorsMayNot()
    return await inTransaction(db, async (transaction) => {
      const account = await accounts.get(transaction, id)
      const found = { account, subject: guessSubjectOf(id), typed: [] }
      const target = await targets.find(transaction, found)
      // Counted apart, so that strangers do not keep the owner from the help of an operator (ASVS 6.1.1).
      const isSent = await this.#send(transaction, target, found, noRequest, { isFromOwner: true })
      await audit.success(transaction, 'recovery_request', { accountId: id }, context)
      return isSent ? (target?.contact.kind ?? null) : null
    })
  }

  /** @returns whether a message will be sent */
  async #send(
    transaction: Transaction,
    target: Target | null,
    found: Pick<LookUp, 'subject' | 'typed'>,
    context: RequestContext,
    { isFromOwner = false } = {},
  ): Promise<boolean> {
    const { codes, guesses, outbox, targets } = this.#options
    const accountId = target?.account.id ?? null
    const contact = target?.contact ?? targets.decoyFor(found)
    const requested = { ...bindingOf('recovery', found.subject, contact.kind), accountId, contact }
    const ofCodes = await guesses.outlookFor(transaction, guessedBy(found, contact.kind), context)
    const ofPassword = { subject: found.subject, authenticator: 'password' } as const
    const { isKnownClient } = await guesses.outlookFor(transaction, ofPassword, context)
    // A link does not get around the wait of a recovery.
    const isCodeLocked = ofCodes.mustWait && target?.mustWait !== true
    let isSent = false
    await codes.issue(transaction, requested, async (issued, wasJustIssued) => {
      // A minute must pass, or else two requests would replace the code that the owner is about to type. An operator does
      // not wait: strangers could ask just before.
      const tooSoon = wasJustIssued && !isFromOwner ? 'too_soon' : null
      isSent = await outbox.put(transaction, {
        template: 'recovery',
        facts: { ...issued, ...messageFacts, isCodeLocked },
        about: 'recovery',
        recipient: recipientOf(contact),
        accountId,
        locale: target?.account.locale ?? null,
        context,
        carriesCode: true,
        isFromOwner,
        isFromKnownClient: isKnownClient,
        unsendable: target === null ? 'no_account' : tooSoon,
      })
      return isSent
    })
    return isSent
  }
}

function recoveryClosed(): Failure {
  return new Failure(forbidden, {
    detail: 'This server does not send recovery codes on request. Ask its administrator for help.',
  })
}

function administratorsMayNot(): Failure {
  return new Failure(forbidden, {
    detail:
      'The settings do not allow administrators to start a recovery (PROXIMA_RECOVERY_BY_ADMINISTRATOR).',
  })
}
