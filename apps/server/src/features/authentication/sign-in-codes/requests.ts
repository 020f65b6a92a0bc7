import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { forbidden } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { isRecent } from '../../../platform/kernel/time-bounds.ts'
import { resendSeconds } from '../../authenticators/codes/model.ts'
import type { CodesService } from '../../authenticators/codes/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { GuessesService } from '../../safeguards/rate-limits/guesses/service.ts'
import type { ContactKind } from '../../users/accounts/contacts/model.ts'
import { recipientOf } from '../../users/accounts/contacts/service.ts'
import type { IdentifiersService, LookUp } from '../../users/accounts/identifiers/service.ts'
import type { SignInFlows } from './flows.ts'
import {
  bindingOf,
  type Delivery,
  guessedBy,
  messageFacts,
  type SignInCodePolicy,
  type SignInCodeRequest,
} from './model.ts'
import type { SignInTarget, SignInTargets } from './targets.ts'

export interface SignInCodeRequestsOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'success' | 'failure'>
  readonly codes: Pick<CodesService, 'issue'>
  readonly clock: Clock
  readonly flows: Pick<SignInFlows, 'start' | 'open'>
  readonly guesses: Pick<GuessesService, 'outlookFor'>
  readonly identifiers: Pick<IdentifiersService, 'lookUp'>
  readonly outbox: Pick<OutboxService, 'put'>
  readonly targets: Pick<SignInTargets, 'find' | 'decoyFor'>
  readonly policy: SignInCodePolicy
}

interface Asked extends LookUp {
  readonly target: SignInTarget | null
  readonly delivery: Delivery
  readonly context: RequestContext
}

/** Sends the codes with which people sign in. */
export class SignInCodeRequests {
  readonly #options: SignInCodeRequestsOptions

  constructor(options: SignInCodeRequestsOptions) {
    this.#options = options
  }

  /**
   * Sends a code to a confirmed contact of the account, as it is stored (A15). For an identifier that no account has it
   * does the same work and sends nothing, so that neither the answer nor its time reveals an account (I4, A36).
   * @returns the flow, which must come back with the code. A client that asks again within a minute keeps the one that it
   * has: nothing would be sent, and the code that is on its way works only with that one.
   * @throws `forbidden` if the server does not offer it
   */
  async request(
    { identifier, delivery, after = null }: SignInCodeRequest,
    context: RequestContext,
  ): Promise<string> {
    const { audit, db, identifiers, policy, targets } = this.#options
    if (policy.contacts.length === 0) throw notOffered()
    const found = await identifiers.lookUp(identifier)
    if (after !== null && this.#isJustBegun(after, found)) return after
    return await inTransaction(db, async (transaction) => {
      const target = await targets.find(transaction, found)
      const flow = await this.#send(transaction, { ...found, target, delivery, context })
      const subject = { accountId: found.account?.id ?? null }
      const reason = found.account === null ? 'unknown_account' : 'no_contact'
      if (target === null)
        await audit.failure(transaction, 'sign_in_code_request', { ...subject, reason }, context)
      else await audit.success(transaction, 'sign_in_code_request', subject, context)
      return flow
    })
  }

  /** True if it is of the same person, and began less than a minute ago. */
  #isJustBegun(text: string, { typed }: LookUp): boolean {
    const { clock, flows } = this.#options
    const flow = flows.open(text)
    if (flow === null || JSON.stringify(flow.typed) !== JSON.stringify(typed)) return false
    return isRecent(flow.startedAt, clock.now(), resendSeconds * 1_000)
  }

  async #send(transaction: Transaction, asked: Asked): Promise<string> {
    const { clock, codes, flows, outbox, targets } = this.#options
    const { account, target, subject, typed, delivery, context } = asked
    const accountId = target?.account.id ?? null
    const contact = target?.contact ?? targets.decoyFor(asked)
    const { kind } = contact
    const flow = flows.start({ accountId: account?.id ?? null, kind, typed }, clock.now())
    const requested = { ...bindingOf(subject, { id: flow.id, kind }), accountId, contact }
    const isFromKnownClient = await this.#isKnownClient(transaction, asked, kind)
    await codes.issue(transaction, requested, async ({ code, linkToken }, wasJustIssued) => {
      // A minute must pass, or else a stranger would replace the code that the owner is about to type. A client that has
      // signed in to the account does not wait, because a code works only for the client that asked for it: otherwise a
      // stranger who asks first would keep the owner waiting (ASVS 6.1.1).
      const tooSoon = wasJustIssued && !isFromKnownClient ? 'too_soon' : null
      return await outbox.put(transaction, {
        template: 'sign_in_code',
        facts: { ...messageFacts, code, linkToken: delivery === 'link' ? linkToken : null },
        about: 'sign_in_code',
        recipient: recipientOf(contact),
        accountId,
        locale: target?.account.locale ?? null,
        context,
        carriesCode: true,
        isFromKnownClient,
        unsendable: target === null ? 'no_account' : tooSoon,
      })
    })
    return flow.text
  }

  /** True if the client has signed in to the account before, with its password or with a code to this contact. */
  async #isKnownClient(db: Database, { subject, context }: Asked, kind: ContactKind): Promise<boolean> {
    const { guesses } = this.#options
    const byPassword = await guesses.outlookFor(db, { subject, authenticator: 'password' }, context)
    const byCode = await guesses.outlookFor(db, guessedBy(subject, kind), context)
    return byPassword.isKnownClient || byCode.isKnownClient
  }
}

function notOffered(): Failure {
  return new Failure(forbidden, {
    detail: 'This server does not sign anyone in with a code (PROXIMA_SIGN_IN_BY_CODE). Use a password.',
  })
}
