import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { noAccountId } from '../../../platform/kernel/ids.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { type CodeRefusal, codeFailure } from '../../authenticators/codes/model.ts'
import type { CodeProof, CodesService } from '../../authenticators/codes/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SessionMode } from '../../session-management/sessions/model.ts'
import { guessSubjectOf } from '../../users/accounts/model.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import type { SignInOutcome } from '../sign-in/model.ts'
import { type SignInService, signInPurpose } from '../sign-in/service.ts'
import type { SignInFlows } from './flows.ts'
import { bindingOf, type Flow, guessedBy, methodOf } from './model.ts'
import type { SignInTargets } from './targets.ts'

export interface CodeSignInOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'find'>
  readonly audit: Pick<AuditService, 'refusal'>
  readonly codes: Pick<CodesService, 'check' | 'checkLink'>
  readonly flows: Pick<SignInFlows, 'open'>
  readonly signIn: Pick<SignInService, 'complete'>
  readonly targets: Pick<SignInTargets, 'contactsOf'>
}

/** A code as someone gives it back. */
export interface GivenCode {
  /** As it was given to the client that asked for the code. */
  readonly flow: string
  /** As it was typed. */
  readonly code: string
  readonly mode: SessionMode
  /** A shorter life than the session would have; absent for the usual one. */
  readonly lifeSecondsMax?: number
}

/** The link of a message, opened by the client that asked for it. */
export interface GivenLink extends Omit<GivenCode, 'code'> {
  readonly linkToken: string
}

interface Attempt extends Omit<GivenCode, 'code'> {
  readonly context: RequestContext
}

const notRight: CodeRefusal = { isRight: false, isExpired: false, isLimited: false }

/**
 * Signs in with a code or a link that was sent to a confirmed contact. It is one factor: a mailbox is no second one (NIST
 * SP 800-63B-4 §3.1.3.1), so an account that has a second factor is still asked for it.
 */
export class CodeSignIn {
  readonly #options: CodeSignInOptions

  constructor(options: CodeSignInOptions) {
    this.#options = options
  }

  /** @throws `code_invalid`, `code_expired`, `rate_limited` */
  async byCode({ code, ...given }: GivenCode, context: RequestContext): Promise<SignInOutcome> {
    return await this.#signIn({ ...given, context }, async (flow) => {
      const subject = subjectOf(flow)
      return await this.#options.codes.check({
        ...bindingOf(subject, flow),
        code,
        subject: guessedBy(subject, flow.kind).subject,
        typed: flow.typed,
        context,
        action: 'sign_in',
        auditSubject: { accountId: flow.accountId },
      })
    })
  }

  /**
   * Only for the client that asked for the link: otherwise someone could make a victim press the button of a sign-in to the
   * account of someone else (A49).
   * @throws `code_invalid`, `code_expired`
   */
  async byLink({ linkToken, ...given }: GivenLink, context: RequestContext): Promise<SignInOutcome> {
    const { codes, db } = this.#options
    return await this.#signIn(
      { ...given, context },
      async ({ id }) => await codes.checkLink(db, 'sign_in', linkToken, id),
    )
  }

  async #signIn(
    { flow: text, mode, lifeSecondsMax, context }: Attempt,
    check: (flow: Flow) => Promise<CodeProof | CodeRefusal>,
  ): Promise<SignInOutcome> {
    const { accounts, db, flows, signIn } = this.#options
    const flow = flows.open(text)
    if (flow === null) return await this.#refuse(null, notRight, context)
    const account = await accounts.find(db, flow.accountId ?? noAccountId)
    const result = await check(flow)
    if (!result.isRight) return await this.#refuse(flow, result, context)
    if (account === null) return await this.#refuse(flow, notRight, context)
    return await signIn.complete({
      account,
      methods: [methodOf(flow.kind)],
      mode,
      client: null,
      purpose: signInPurpose,
      grants: null,
      context,
      ...(lifeSecondsMax !== undefined && { lifeSecondsMax }),
      verifyUnchanged: (transaction) => this.#use(transaction, result, { account, flow }),
      atOnce: null,
    })
  }

  /** @throws `code_invalid` if it was used or replaced in the meantime, or if its contact is no longer the account's */
  async #use(
    transaction: Transaction,
    proof: CodeProof,
    { account, flow }: { readonly account: Account; readonly flow: Flow },
  ): Promise<true> {
    const contacts = await this.#options.targets.contactsOf(transaction, account, flow.kind)
    if ((await proof.use(transaction, contacts)) === null) throw codeFailure(notRight)
    return true
  }

  async #refuse(flow: Flow | null, refusal: CodeRefusal, context: RequestContext): Promise<never> {
    const { audit, db } = this.#options
    const failure = codeFailure(refusal)
    const method = flow === null ? null : methodOf(flow.kind)
    const subject = { accountId: flow?.accountId ?? null, method, reason: failure.problem.code }
    await audit.refusal(db, 'sign_in', subject, context, refusal)
    throw failure
  }
}

/** As at the request: the account, or what was typed. */
function subjectOf({ accountId, typed }: Flow): readonly string[] {
  return accountId === null ? ['nobody', ...typed] : guessSubjectOf(accountId)
}
