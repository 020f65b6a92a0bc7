import type { Database } from '../../../platform/database/tables.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { Failure } from '../../../platform/kernel/failures.ts'
import { noAccountId } from '../../../platform/kernel/ids.ts'
import { invalidFields } from '../../../platform/kernel/problems.ts'
import { clientKeyOf, type RequestContext } from '../../../platform/kernel/request-context.ts'
import type { PasswordsService } from '../../authenticators/passwords/service.ts'
import type { UserSecretsService } from '../../authenticators/user-secrets/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { SignInAnomalies } from '../../safeguards/rate-limits/anomalies/service.ts'
import type { IdentifiersService } from '../../users/accounts/identifiers/service.ts'
import type { SignInOutcome } from '../sign-in/model.ts'
import { type LoginPurpose, type SignInService, signInPurpose } from '../sign-in/service.ts'
import type { PasswordLogin, SecretLogin } from './model.ts'

export interface LoginOptions {
  readonly db: Database
  readonly anomalies: Pick<SignInAnomalies, 'takeStrict' | 'refuse' | 'admit'>
  readonly audit: Pick<AuditService, 'success'>
  readonly identifiers: Pick<IdentifiersService, 'asStored' | 'lookUp'>
  readonly passwords: Pick<PasswordsService, 'assertCapacity' | 'check' | 'renew'>
  readonly userSecrets: Pick<UserSecretsService, 'authenticate' | 'findOwner' | 'isUnchanged'>
  readonly signIn: Pick<SignInService, 'complete' | 'refuse'>
}

/** Signs in with a password or a user secret. */
export class LoginService {
  readonly #options: LoginOptions

  constructor(options: LoginOptions) {
    this.#options = options
  }

  /** @throws `validation_failed`, `invalid_credentials`, `rate_limited`, `overloaded` */
  async withPassword(
    { identifiers: given, password, mode, client = null, lifeSecondsMax }: PasswordLogin,
    context: RequestContext,
    purpose: LoginPurpose = signInPurpose,
  ): Promise<SignInOutcome> {
    const { anomalies, identifiers, passwords, signIn } = this.#options
    const [identifier, ...more] = given
    if (identifier === undefined || more.length > 0) throw oneIdentifierNeeded()
    passwords.assertCapacity(context)
    const { account, subject, typed } = await identifiers.lookUp(identifier.text, identifier.kind)
    const { action } = purpose
    const watched = { subject, password, context }
    const strictUse = await anomalies.takeStrict(watched)
    const auditSubject = { accountId: account?.id ?? null }
    const storedIdentifier = async () =>
      account === null ? null : await identifiers.asStored(identifier.text, account)
    const guess = { password, storedIdentifier, subject, typed, context, action, auditSubject }
    // Also done for an unknown identifier, and for an account that may not log in: otherwise the time or the count of
    // guesses would reveal who has an account (A34, A35).
    const guessed = account !== null && purpose.mayLogIn(account) ? account : null
    const proof = await passwords.check({ ...guess, accountId: guessed?.id ?? noAccountId })
    const attempt = { account, methods: ['password'], context, action } as const
    if (!proof.isRight) {
      anomalies.refuse(watched, strictUse)
      return await signIn.refuse({ ...attempt, isLimited: proof.isLimited })
    }
    await anomalies.admit(strictUse)
    if (guessed === null) throw new Error('a password was right, but no account has it')
    const outcome = await signIn.complete({
      ...attempt,
      account: guessed,
      mode,
      client,
      purpose,
      grants: null,
      lifeSecondsMax,
      verifyUnchanged: (transaction) => proof.confirm(transaction),
      atOnce: proof.atOnce,
    })
    if (proof.outdatedHash !== null) await this.#rehash(guessed, password, proof.outdatedHash, context)
    return outcome
  }

  /** @throws `invalid_credentials`, `overloaded` */
  async withUserSecret(
    { userSecret, mode, lifeSecondsMax }: SecretLogin,
    context: RequestContext,
    purpose: LoginPurpose = signInPurpose,
  ): Promise<SignInOutcome> {
    const { signIn, userSecrets } = this.#options
    const owner = await userSecrets.authenticate(userSecret, clientKeyOf(context))
    const account = owner?.account ?? null
    const attempt = { account, methods: ['user_secret'], context, action: purpose.action } as const
    if (owner === null || !purpose.mayLogIn(owner.account)) return await signIn.refuse(attempt)
    const { id } = owner.account
    return await signIn.complete({
      ...attempt,
      ...owner,
      mode,
      client: null,
      purpose,
      lifeSecondsMax,
      verifyUnchanged: async (transaction) =>
        (await userSecrets.findOwner(transaction, userSecret))?.account.id === id,
      atOnce: { guard: userSecrets.isUnchanged(id, userSecret), writes: [] },
    })
  }

  async #rehash(
    account: Account,
    password: string,
    outdatedHash: string,
    context: RequestContext,
  ): Promise<void> {
    const { audit, db, passwords } = this.#options
    const isRenewed = await passwords.renew(account.id, password, outdatedHash, clientKeyOf(context))
    if (!isRenewed) return
    await audit.success(db, 'password_rehash', { accountId: account.id, method: 'password' }, context)
  }
}

function oneIdentifierNeeded(): Failure {
  const detail = 'Give exactly one of identifier, username, email and phone_number.'
  return invalidFields({ pointer: '', code: 'one_identifier_needed', detail })
}
