import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { nobody } from '../../../platform/kernel/ids.ts'
import { invalidFields, rateLimited } from '../../../platform/kernel/problems.ts'
import { clientKeyOf, type RequestContext } from '../../../platform/kernel/request-context.ts'
import type { PasswordsService } from '../../authenticators/passwords/service.ts'
import type { UserSecretsService } from '../../authenticators/user-secrets/service.ts'
import type { RolesService } from '../../authorization/roles/service.ts'
import type { AuditSubject } from '../../safeguards/audit/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { GuessesService } from '../../safeguards/rate-limits/guesses/service.ts'
import type { DeletionsService } from '../../self-service/deletions/service.ts'
import type { AuthenticationMethod, NewSession } from '../../session-management/sessions/model.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { TokensService } from '../../session-management/tokens/service.ts'
import type { IdentifiersService } from '../../users/accounts/identifiers/service.ts'
import type { AccountsService } from '../../users/accounts/service.ts'
import { invalidCredentials } from '../reauthentication/model.ts'
import type { PasswordLogin, SecretLogin, SignedIn } from './model.ts'

export interface LoginOptions {
  readonly db: Database
  readonly audit: AuditService
  readonly guesses: GuessesService
  readonly accounts: Pick<AccountsService, 'find' | 'get' | 'lockActive'>
  readonly identifiers: Pick<IdentifiersService, 'lookUp'>
  readonly deletions: Pick<DeletionsService, 'restore'>
  readonly roles: RolesService
  readonly tokens: TokensService
  readonly sessions: SessionsService
  readonly passwords: PasswordsService
  readonly userSecrets: UserSecretsService
}

class SecretChanged extends Error {}

export class LoginService {
  readonly #options: LoginOptions

  constructor(options: LoginOptions) {
    this.#options = options
  }

  /** @throws `validation_failed`, `invalid_credentials`, `rate_limited`, `overloaded` */
  async withPassword(
    { identifiers: given, password, mode }: PasswordLogin,
    context: RequestContext,
    aim: Aim = 'sign_in',
  ): Promise<SignedIn> {
    const { guesses, identifiers, passwords } = this.#options
    const [identifier, ...more] = given
    if (identifier === undefined || more.length > 0) throw oneIdentifierNeeded()
    const caller = clientKeyOf(context)
    // Before any query: a flood that is turned away must cost next to nothing (ASVS 15.2.2).
    passwords.assertCapacity(caller)
    const { account, subject } = await identifiers.lookUp(identifier.text, identifier.kind)
    const judge = async () => {
      const budget = await guesses.open({ authenticator: 'password', subject, client: caller })
      // Asked for a stranger too, or the time would tell who has an account. The try is counted when its turn to be
      // hashed has come: what the queue refuses was never judged.
      const onAdmitted = () => guesses.take(budget)
      return {
        budget,
        check: await passwords.verify(account?.id ?? nobody, password, { clientKey: caller, onAdmitted }),
      }
    }
    const attempt = { account, method: 'password', context, aim } as const
    const { budget, check } = await judge().catch((error: unknown) => this.#limit(error, attempt, subject))
    if (!mayEnter(account, aim) || !check.matches) return await this.#refuse(attempt)
    const signedIn = await this.#signIn({ ...attempt, account, mode }, async (transaction) => {
      if (!(await passwords.isCurrent(transaction, account.id, check.version))) return false
      await guesses.succeed(transaction, budget)
      return true
    })
    if (check.outdatedHash !== null) await this.#rehash(account, password, check.outdatedHash, context)
    return signedIn
  }

  /** @throws `invalid_credentials` */
  async withUserSecret(
    { userSecret, mode }: SecretLogin,
    context: RequestContext,
    aim: Aim = 'sign_in',
  ): Promise<SignedIn> {
    const { accounts, db, userSecrets } = this.#options
    const owner = await userSecrets.findOwner(userSecret)
    const account = owner === null ? null : await accounts.find(db, owner)
    const attempt = { account, method: 'user_secret', context, aim } as const
    if (!mayEnter(account, aim)) return await this.#refuse(attempt)
    return await this.#signIn(
      { ...attempt, account, mode },
      async (transaction) => (await userSecrets.findOwner(userSecret, transaction)) === owner,
    )
  }

  async #refuse(attempt: Attempt): Promise<never> {
    const { audit, db } = this.#options
    await audit.failure(db, attempt.aim, subjectOf(attempt), attempt.context)
    throw new Failure(invalidCredentials)
  }

  /** Too early to be judged. */
  async #limit(error: unknown, attempt: Attempt, subject: readonly string[]): Promise<never> {
    const { audit, db } = this.#options
    if (error instanceof Failure && error.problem === rateLimited) {
      const dedupeKey = JSON.stringify(subject)
      await audit.recordThrottled(db, attempt.aim, subjectOf(attempt), attempt.context, dedupeKey)
    }
    throw error
  }

  async #rehash(
    account: Account,
    password: string,
    outdated: string,
    context: RequestContext,
  ): Promise<void> {
    const { audit, db, passwords } = this.#options
    const isRenewed = await passwords.renew(account.id, password, outdated, clientKeyOf(context))
    if (!isRenewed) return
    await audit.success(db, 'password_rehash', { accountId: account.id, method: 'password' }, context)
  }

  /** `isStillSo` says where the account is held whether the secret has not been changed since it was verified (I2). */
  async #signIn(
    start: SignInStart,
    isStillSo: (transaction: Transaction) => Promise<boolean>,
  ): Promise<SignedIn> {
    const { audit, db, roles, sessions } = this.#options
    const { method, context, mode } = start
    const granted = await roles.rolesOf(start.account.id)
    const entering = inTransaction(db, async (transaction) => {
      const account = await this.#admit(transaction, start)
      if (account === null) return null
      // Undoes a restoration as well.
      if (!(await isStillSo(transaction))) throw new SecretChanged()
      const session = await sessions.start(transaction, {
        accountId: account.id,
        methods: [method],
        mode,
        context,
      })
      const subject = { accountId: account.id, sessionId: session.id, method }
      await audit.success(transaction, 'sign_in', subject, context)
      return { account, session }
    })
    const entered = await entering.catch((error: unknown) => {
      if (error instanceof SecretChanged) return null
      throw error
    })
    if (entered === null) return await this.#refuse(start)
    const { account, session } = entered
    const { authentication } = session
    const bearer = { accountId: account.id, sessionId: session.id, roles: granted, authentication }
    const accessToken = mode === 'token' ? await this.#options.tokens.issueAccessToken(bearer) : null
    return { account, roles: granted, session, accessToken }
  }

  /** Holds the account as one that may sign in; null where it is none, and cannot be made one. */
  async #admit(transaction: Transaction, { account, aim, context }: SignInStart): Promise<Account | null> {
    const { accounts, deletions } = this.#options
    const isDeleted = account.status === 'deleted'
    if (aim === 'restoration' && isDeleted) await deletions.restore(transaction, account, context)
    if (!(await accounts.lockActive(transaction, account.id))) return null
    return isDeleted ? await accounts.get(transaction, account.id) : account
  }
}

/** What the right secret is given for: to sign in, or also to come back to an account that was deleted. */
export type Aim = 'sign_in' | 'restoration'

interface Attempt {
  readonly account: Account | null
  readonly method: AuthenticationMethod
  readonly context: RequestContext
  readonly aim: Aim
}

interface SignInStart extends Omit<NewSession, 'accountId' | 'methods'>, Attempt {
  readonly account: Account
}

function mayEnter(account: Account | null, aim: Aim): account is Account {
  return account?.status === 'active' || (aim === 'restoration' && account?.status === 'deleted')
}

function subjectOf({ account, method }: Attempt): AuditSubject {
  return { accountId: account?.id ?? null, method }
}

function oneIdentifierNeeded(): Failure {
  const detail = 'Give one of identifier, username, email and phone_number.'
  return invalidFields({ pointer: '', code: 'one_identifier_needed', detail })
}
