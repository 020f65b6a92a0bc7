import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { invalidFields, invalidToken } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { remainingMs } from '../../../platform/kernel/time-bounds.ts'
import { type AskedAccount, isContactKind } from '../../authenticators/contact-codes/model.ts'
import type { ContactCodesService } from '../../authenticators/contact-codes/service.ts'
import type { FactorKind, GivenFactor } from '../../authenticators/factors/model.ts'
import type { FactorProof, FactorsService } from '../../authenticators/factors/service.ts'
import type { RequestOptions } from '../../authenticators/passkeys/options/model.ts'
import type { PasskeysService } from '../../authenticators/passkeys/service.ts'
import type { DeviceSecret } from '../../authenticators/trusted-devices/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import { type Challenge, challengeMs, type PendingSignIn } from '../../session-management/challenges/model.ts'
import type { ChallengesService } from '../../session-management/challenges/service.ts'
import type { ContactKind } from '../../users/accounts/contacts/model.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import { mfaRequired } from '../sign-in/model.ts'
import type { LoginPurpose, SignInService } from '../sign-in/service.ts'
import type { DeviceTrust } from './device-trust.ts'
import { type FinishedSignIn, reasonOf, type SecondFactorAnswer, type SentFactorCode } from './model.ts'

export interface SecondFactorOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'find'>
  readonly audit: Pick<AuditService, 'refusal'>
  readonly challenges: Pick<ChallengesService, 'find' | 'use'>
  readonly clock: Clock
  readonly contactCodes: Pick<ContactCodesService, 'offerTo' | 'send' | 'verify'>
  readonly deviceTrust: Pick<DeviceTrust, 'begin'>
  readonly factors: Pick<FactorsService, 'has' | 'offered' | 'verify'>
  readonly passkeys: Pick<PasskeysService, 'startWithin'>
  readonly signIn: Pick<SignInService, 'complete'>
  /** What each kind of sign-in is for. */
  readonly purposes: Readonly<Record<PendingSignIn['action'], LoginPurpose>>
}

/** A sign-in that waits for its second factor, and its account. */
interface Pending {
  readonly challenge: Challenge
  readonly account: Account
}

/** Finishes sign-ins with a second factor. */
export class SecondFactorService {
  readonly #options: SecondFactorOptions

  constructor(options: SecondFactorOptions) {
    this.#options = options
  }

  /** What the client of the sign-in gets. @throws `invalid_token` if the challenge was used, or has expired */
  async modeOf(challenge: string): Promise<Challenge['mode']> {
    return (await this.#find(challenge)).challenge.mode
  }

  /** The options for a passkey as the second factor of this sign-in. @throws `invalid_token` */
  async startPasskey(challenge: string): Promise<RequestOptions> {
    const { account, challenge: pending } = await this.#find(challenge)
    return await this.#options.passkeys.startWithin('second_factor', account, pending.id)
  }

  /**
   * Sends a code to a contact of the account. It works only for this sign-in, and takes the place of an earlier one.
   * @returns for how many seconds it works, and when another one may be sent
   * @throws `invalid_token`; `validation_failed` if the account cannot use this contact
   */
  async sendCode(challenge: string, kind: ContactKind, context: RequestContext): Promise<SentFactorCode> {
    const { clock, contactCodes } = this.#options
    const pending = await this.#find(challenge)
    const { id: flow, expiresAt } = pending.challenge
    const asked = await this.#askedOf(this.#options.db, pending)
    const sent = await contactCodes.send({ ...asked, kind, flow }, context)
    if (sent === null) throw notOffered()
    return { ...sent, lifeSeconds: Math.floor(remainingMs(expiresAt, clock.now(), challengeMs) / 1_000) }
  }

  /**
   * Ends like every sign-in. A wrong factor leaves the challenge as it is: its guesses count for the account, so a new
   * challenge would be no gain (I3).
   * @returns with the sign-in, what the device keeps if it is now trusted
   * @throws `invalid_token`, `mfa_required` after a wrong factor, `rate_limited`
   */
  async finish(
    { challenge: text, given, trustsDevice }: SecondFactorAnswer,
    context: RequestContext,
  ): Promise<FinishedSignIn> {
    const { deviceTrust, purposes, signIn } = this.#options
    const pending = await this.#find(text)
    const { account, challenge } = pending
    const { action, lifeSecondsMax, methods, mode } = challenge
    const proof = await this.#verify(pending, given, context)
    if (proof === null) return await this.#refuse(pending, { challenge: text, given }, context)
    let device: DeviceSecret | null = null
    const outcome = await signIn.complete({
      account,
      methods: [...methods, ...proof.methods],
      mode,
      client: null,
      purpose: purposes[action],
      grants: null,
      context,
      hasSecondFactor: true,
      ...(lifeSecondsMax !== null && { lifeSecondsMax }),
      verifyUnchanged: async (transaction) => {
        if (!(await this.#use(transaction, pending, proof, text))) return false
        // The transaction may run again. A restoration is rare, and no reason to trust anything.
        const isTrusting = trustsDevice && action === 'sign_in'
        device = isTrusting ? await deviceTrust.begin(transaction, account, proof.methods, context) : null
        return true
      },
      atOnce: null,
    })
    return { outcome, device }
  }

  async #verify(pending: Pending, given: GivenFactor, context: RequestContext): Promise<FactorProof | null> {
    const { contactCodes, db, factors } = this.#options
    const { account, challenge } = pending
    const { action, id: flow } = challenge
    const { code, kind } = given
    if (code !== undefined && isContactKind(kind))
      return await contactCodes.verify({
        ...(await this.#askedOf(db, pending)),
        kind,
        code,
        flow,
        context,
        action,
      })
    const auditSubject = { accountId: account.id }
    return await factors.verify({ account, given, flow, context, action, auditSubject })
  }

  async #askedOf(db: Database, { account, challenge: { methods } }: Pending): Promise<AskedAccount> {
    return { account, methods, hasOwnFactor: await this.#options.factors.has(db, account.id) }
  }

  /** The factors that the account can give now, the stronger ones first. */
  async #offered(db: Database, pending: Pending): Promise<readonly FactorKind[]> {
    const { contactCodes, factors } = this.#options
    const asked = await this.#askedOf(db, pending)
    const own = asked.hasOwnFactor ? await factors.offered(db, pending.account) : []
    return [...own, ...(await contactCodes.offerTo(db, asked)).kinds]
  }

  /**
   * Whatever ends sessions has deleted the challenge, so its first factor still holds.
   * @throws `mfa_required` if the factor was used in the meantime; the transaction then keeps the challenge
   */
  async #use(transaction: Transaction, pending: Pending, proof: FactorProof, text: string): Promise<boolean> {
    if (!(await this.#options.challenges.use(transaction, pending.challenge))) return false
    if (await proof.use(transaction)) return true
    throw requiredAgain(text, await this.#offered(transaction, pending))
  }

  async #find(text: string): Promise<Pending> {
    const { accounts, challenges, db, purposes } = this.#options
    const challenge = await challenges.find(db, text)
    const account = challenge && (await accounts.find(db, challenge.accountId))
    if (!challenge || !account || !purposes[challenge.action].mayLogIn(account))
      throw new Failure(invalidToken, { detail: challengeOver })
    return { challenge, account }
  }

  async #refuse(
    pending: Pending,
    { challenge, given: { kind } }: Pick<SecondFactorAnswer, 'challenge' | 'given'>,
    context: RequestContext,
  ): Promise<never> {
    const { audit, db } = this.#options
    const subject = { accountId: pending.account.id, method: kind, reason: reasonOf(kind) }
    await audit.refusal(db, pending.challenge.action, subject, context, { isLimited: false })
    throw requiredAgain(challenge, await this.#offered(db, pending))
  }
}

const challengeOver = 'This challenge was used, or has expired. Sign in again.'

function requiredAgain(challenge: string, factors: readonly string[]): Failure {
  const detail = 'The second factor is wrong, or was used before. Try again with the same challenge.'
  return new Failure(mfaRequired, { detail, members: { challenge, factors } })
}

function notOffered(): Failure {
  const detail =
    'This sign-in cannot be finished with a code to this contact. Choose one of its other factors.'
  return invalidFields({ pointer: '/factor', code: 'not_offered', detail })
}
