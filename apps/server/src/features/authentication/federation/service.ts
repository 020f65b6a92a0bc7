import type { Provider } from '../../../platform/config/providers/model.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'
import { invalidToken, notFound } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { identityTaken, type LinkedAccount } from '../../authenticators/linked-accounts/model.ts'
import type { LinkedAccountsService } from '../../authenticators/linked-accounts/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import { emailTaken } from '../../users/accounts/model.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import type { ReauthenticationService } from '../reauthentication/service.ts'
import type { SignInOutcome } from '../sign-in/model.ts'
import { type SignInService, signInPurpose } from '../sign-in/service.ts'
import type { FederationFlows } from './flows/service.ts'
import {
  callbackPath,
  FederationRefusal,
  type IdentifiedFlow,
  type PublicProvider,
  type StartedFlow,
  targetOf,
  type UpstreamIdentity,
} from './model.ts'
import type { NewAccountSource, NewAccounts } from './new-accounts.ts'
import type { Upstreams } from './upstream/service.ts'

export interface FederationOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'find' | 'lockActive'>
  readonly audit: Pick<AuditService, 'success' | 'failure' | 'refusal'>
  readonly flows: FederationFlows
  readonly linkedAccounts: Pick<LinkedAccountsService, 'find' | 'add' | 'use'>
  readonly newAccounts: NewAccounts
  readonly outbox: Pick<OutboxService, 'notifyEveryContact'>
  readonly reauthentication: Pick<ReauthenticationService, 'byFreshFactor'>
  readonly sessions: Pick<SessionsService, 'authTime'>
  readonly signIn: Pick<SignInService, 'complete' | 'refuse'>
  readonly upstreams: Upstreams
  readonly publicUrl: { readonly get: () => string }
  /** True if people must agree to terms before they get an account. */
  readonly asksAgreement: boolean
}

/** Where a browser goes, and the secret with which it comes back. */
export interface Departure {
  readonly secret: string
  readonly url: URL
}

/** The answer of a provider, in the browser that asked for it. */
export interface Arrival extends NewAccountSource {
  readonly provider: string
  /** Null if the browser has none. */
  readonly secret: string | null
  readonly answer: URLSearchParams
  /** Null if the browser is not signed in. */
  readonly caller: Principal | null
  readonly lifeSecondsMax: number
}

/** What comes of it. With a `secret`, the person has still to do something. */
export type Arrived =
  | { readonly kind: 'ended'; readonly outcome: SignInOutcome; readonly returnTo: string | null }
  | { readonly kind: 'linked' }
  | { readonly kind: 'has_account' | 'needs_agreement'; readonly secret: string }

/** What a person has still to do, for the page that asks for it. */
export interface Waiting extends IdentifiedFlow {
  readonly providerName: string
}

/** Signs in with accounts at other providers, and links them. */
export class FederationService {
  readonly #options: FederationOptions

  constructor(options: FederationOptions) {
    this.#options = options
  }

  /** The buttons, in the order of the settings. */
  get providers(): readonly PublicProvider[] {
    return this.#options.upstreams.all.map(({ id, name }) => ({ id, name }))
  }

  /** @throws `not_found`; FederationRefusal */
  async start(providerId: string, returnTo: string | null): Promise<Departure> {
    return await this.#depart(this.#provider(providerId), { link: null, returnTo })
  }

  /** To link an identity to the account of the caller. @throws `not_found`, `step_up_required`; FederationRefusal */
  async startLink(caller: Principal, providerId: string): Promise<Departure> {
    const { reauthentication } = this.#options
    const provider = this.#provider(providerId)
    await reauthentication.byFreshFactor(caller)
    const { accountId, sessionId } = caller
    return await this.#depart(provider, { link: { accountId, sessionId }, returnTo: null })
  }

  /**
   * The answer counts once, for the browser and the provider that the flow began with (A111). A failure uses it up too.
   * @throws FederationRefusal, `invalid_credentials`, `linked_account_taken`, `too_many_linked_accounts`
   */
  async arrive(arrival: Arrival): Promise<Arrived> {
    const { upstreams } = this.#options
    const provider = this.#provider(arrival.provider)
    try {
      const flow = await this.#flowOf(arrival)
      const expected = { ...flow, redirectUri: this.#redirectUri(provider) }
      const identity = await upstreams.identify(provider, arrival.answer, expected)
      if (flow.link !== null) return await this.#linkStarted(flow, identity, arrival)
      return await this.#signIn(identity, flow.returnTo, arrival)
    } catch (error) {
      if (error instanceof FederationRefusal) await this.#recordRefusal(provider, error, arrival)
      throw error
    }
  }

  /** What the browser has still to do; null if there is nothing, or if it took too long. */
  async waiting(secret: string | null): Promise<Waiting | null> {
    const { flows, upstreams } = this.#options
    const flow = secret === null ? null : await flows.find(secret)
    if (flow?.step !== 'identified') return null
    const provider = upstreams.find(flow.identity.provider)
    return provider === null ? null : { ...flow, providerName: provider.name }
  }

  /**
   * Links the identity to the account that has its address. The owner has just signed in to it.
   * @throws FederationRefusal, `step_up_required`, `linked_account_taken`, `too_many_linked_accounts`
   */
  async connect(caller: Principal, secret: string, context: RequestContext): Promise<string | null> {
    const { db, flows, newAccounts, reauthentication } = this.#options
    const waiting = await this.waiting(secret)
    if (waiting === null || waiting.accountId !== caller.accountId) throw new FederationRefusal('flow_over')
    const owner = await reauthentication.byFreshFactor(caller)
    if ((await flows.take(secret)) === null) throw new FederationRefusal('flow_over')
    await inTransaction(db, async (transaction) => {
      await owner.confirm(transaction)
      await this.#link(transaction, caller, waiting.identity, context)
      await newAccounts.markVerified(transaction, caller.accountId, waiting.identity, context)
    })
    return waiting.returnTo
  }

  /** Creates the account, now that the person has agreed. @throws like `arrive` */
  async agree(
    secret: string,
    arrival: Omit<Arrival, 'answer' | 'caller' | 'provider' | 'secret'>,
  ): Promise<Arrived> {
    const { flows } = this.#options
    const waiting = await this.waiting(secret)
    const isOver = waiting === null || waiting.accountId !== null || (await flows.take(secret)) === null
    if (isOver) throw new FederationRefusal('flow_over')
    return await this.#signIn(waiting.identity, waiting.returnTo, arrival, { hasAgreed: true })
  }

  async #depart(provider: Provider, flow: Pick<StartedFlow, 'link' | 'returnTo'>): Promise<Departure> {
    const { flows, upstreams } = this.#options
    const secrets = await upstreams.secrets()
    const expected = { ...secrets, redirectUri: this.#redirectUri(provider) }
    const url = await upstreams.authorizationUrl(provider, expected)
    const secret = await flows.start({ step: 'started', provider: provider.id, ...secrets, ...flow })
    return { secret, url }
  }

  /** @throws FederationRefusal */
  async #flowOf({ answer, provider, secret }: Arrival): Promise<StartedFlow> {
    const flow = secret === null ? null : await this.#options.flows.take(secret)
    if (flow?.step !== 'started') throw new FederationRefusal('flow_over')
    const [state, ...more] = answer.getAll('state')
    const isOwn = flow.provider === provider && state === flow.state && more.length === 0
    if (!isOwn) throw new FederationRefusal('wrong_answer')
    return flow
  }

  async #signIn(
    identity: UpstreamIdentity,
    returnTo: string | null,
    source: NewAccountSource & Pick<Arrival, 'lifeSecondsMax'>,
    { hasAgreed = false } = {},
  ): Promise<Arrived> {
    const { db, linkedAccounts } = this.#options
    const linked = await linkedAccounts.find(db, identity)
    if (linked !== null) return { kind: 'ended', outcome: await this.#complete(linked, source), returnTo }
    const created = await this.#begin(identity, returnTo, source, hasAgreed)
    if (created !== null) return created
    // The new account is linked by now.
    const own = await linkedAccounts.find(db, identity)
    if (own === null) throw new FederationRefusal('flow_over')
    return { kind: 'ended', outcome: await this.#complete(own, source), returnTo }
  }

  /** Creates the account. @returns what the person has to do first; null once the account is there */
  async #begin(
    identity: UpstreamIdentity,
    returnTo: string | null,
    source: NewAccountSource,
    hasAgreed: boolean,
  ): Promise<Arrived | null> {
    const { asksAgreement, flows, newAccounts } = this.#options
    const wait = async (accountId: IdentifiedFlow['accountId']) =>
      await flows.start({ step: 'identified', identity, accountId, returnTo })
    const owner = await newAccounts.ownerOf(identity)
    // Only its owner may link it: what this browser has proved is the address, and not the account (A08 to A10).
    if (owner !== null) return { kind: 'has_account', secret: await wait(owner.id) }
    if (!newAccounts.isOpen) throw new FederationRefusal('registration_closed')
    if (asksAgreement && !hasAgreed) return { kind: 'needs_agreement', secret: await wait(null) }
    try {
      await newAccounts.create(identity, source)
      return null
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      // Another tab of the same person was faster.
      if (error.problem === identityTaken) return null
      if (error.problem !== emailTaken) throw error
      const meanwhile = await newAccounts.ownerOf(identity)
      if (meanwhile === null) throw error
      return { kind: 'has_account', secret: await wait(meanwhile.id) }
    }
  }

  /**
   * One factor, whatever the provider has asked for: an account that has a second factor is still asked for it.
   * @throws `invalid_credentials` for an account that may not sign in
   */
  async #complete(
    linked: LinkedAccount,
    { context, lifeSecondsMax }: Pick<Arrival, 'context' | 'lifeSecondsMax'>,
  ): Promise<SignInOutcome> {
    const { accounts, db, linkedAccounts, signIn } = this.#options
    const account = await accounts.find(db, linked.accountId)
    const attempt = { account, methods: ['federated'], context, action: 'sign_in' } as const
    if (account === null || !signInPurpose.mayLogIn(account)) return await signIn.refuse(attempt)
    return await signIn.complete({
      ...attempt,
      account,
      target: targetOf(linked.provider),
      mode: 'cookie',
      client: null,
      purpose: signInPurpose,
      grants: null,
      lifeSecondsMax,
      verifyUnchanged: (transaction) => linkedAccounts.use(transaction, linked),
      atOnce: null,
    })
  }

  /** In the session that has begun it: it proved its owner then, at most ten minutes ago. */
  async #linkStarted(
    { link }: StartedFlow,
    identity: UpstreamIdentity,
    { caller, context }: Arrival,
  ): Promise<Arrived> {
    const { accounts, db, sessions } = this.#options
    const isSame = caller?.accountId === link?.accountId && caller?.sessionId === link?.sessionId
    if (caller === null || !isSame) throw new FederationRefusal('flow_over')
    await inTransaction(db, async (transaction) => {
      if (!(await accounts.lockActive(transaction, caller.accountId))) throw new Failure(invalidToken)
      await sessions.authTime(transaction, caller)
      await this.#link(transaction, caller, identity, context)
    })
    return { kind: 'linked' }
  }

  /** The account is locked. */
  async #link(
    transaction: Transaction,
    { account, accountId, sessionId }: Principal,
    { email, issuer, provider, subject }: UpstreamIdentity,
    context: RequestContext,
  ): Promise<void> {
    const { audit, linkedAccounts, outbox } = this.#options
    const existing = await linkedAccounts.find(transaction, { issuer, subject })
    if (existing?.accountId === accountId) return
    if (existing !== null) throw new FederationRefusal('linked_account_taken')
    await linkedAccounts.add(transaction, { accountId, provider, issuer, subject, email })
    const event = { accountId, sessionId, method: 'federated', target: targetOf(provider) }
    await audit.success(transaction, 'linked_account_addition', event, context)
    await outbox.notifyEveryContact(transaction, account, 'linked_account_added', { context })
  }

  async #recordRefusal(
    { id }: Provider,
    { reason }: FederationRefusal,
    { context }: Pick<Arrival, 'context'>,
  ): Promise<void> {
    const { audit, db } = this.#options
    const subject = { method: 'federated', target: targetOf(id), reason }
    await audit.refusal(db, 'sign_in', subject, context, { isLimited: false })
  }

  #redirectUri({ id }: Provider): string {
    return `${this.#options.publicUrl.get()}${callbackPath(id)}`
  }

  /** @throws `not_found` */
  #provider(id: string): Provider {
    const provider = this.#options.upstreams.find(id)
    if (provider === null) throw new Failure(notFound)
    return provider
  }
}
