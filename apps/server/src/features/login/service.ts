import type { Database, Transaction } from '../../platform/database/tables.ts'
import { inTransaction } from '../../platform/database/transactions.ts'
import type { Account } from '../../platform/kernel/account.ts'
import { clientKey } from '../../platform/kernel/addresses.ts'
import { Failure } from '../../platform/kernel/failures.ts'
import { nobody } from '../../platform/kernel/ids.ts'
import { invalidFields, rateLimited } from '../../platform/kernel/problems.ts'
import type { AccountsService } from '../accounts/service.ts'
import type { AuditService } from '../audit/service.ts'
import type { PasswordsService } from '../passwords/service.ts'
import { invalidCredentials } from '../proof/model.ts'
import type { GuessesService } from '../rate-limits/guesses/service.ts'
import type { RolesService } from '../roles/service.ts'
import type { Client, NewSession, SignInMethod } from '../sessions/model.ts'
import type { SessionsService } from '../sessions/service.ts'
import type { TokensService } from '../tokens/service.ts'
import type { UserSecretsService } from '../user-secrets/service.ts'
import type { PasswordLogin, SecretLogin, SignedIn } from './model.ts'

export interface LoginOptions {
  readonly db: Database
  readonly audit: AuditService
  readonly guesses: GuessesService
  readonly accounts: AccountsService
  readonly roles: RolesService
  readonly tokens: TokensService
  readonly sessions: SessionsService
  readonly passwords: PasswordsService
  readonly userSecrets: UserSecretsService
}

export class LoginService {
  readonly #options: LoginOptions

  constructor(options: LoginOptions) {
    this.#options = options
  }

  /** @throws `validation_failed`, `invalid_credentials`, `rate_limited`, `overloaded` */
  async withPassword({ identifiers, password, mode }: PasswordLogin, client: Client): Promise<SignedIn> {
    const { accounts, guesses, passwords } = this.#options
    const [identifier, ...more] = identifiers
    if (identifier === undefined || more.length > 0) throw oneIdentifierNeeded()
    const caller = clientKey(client.ipAddress)
    // Before any query: a flood that is turned away must cost next to nothing (ASVS 15.2.2).
    passwords.assertRoom(caller)
    const { account, subject } = await accounts.lookUp(identifier.text, identifier.kind)
    const judge = async () => {
      const budget = await guesses.open({ authenticator: 'password', subject, client: caller })
      // Asked for a stranger too, or the time would tell who has an account. The try is counted when its turn to be
      // hashed has come: what the queue refuses was never judged.
      const onTurn = () => guesses.take(budget)
      return { budget, check: await passwords.verify(account?.id ?? nobody, password, { caller, onTurn }) }
    }
    const { budget, check } = await judge().catch((error: unknown) =>
      this.#limit(error, account, subject, client),
    )
    if (account?.status !== 'active' || !check.matches) return await this.#refuse(account, 'password', client)
    const start = { account, method: 'password', mode, client } as const
    const signedIn = await this.#signIn(start, async (transaction) => {
      if (!(await passwords.isCurrent(transaction, account.id, check.version))) return false
      await guesses.succeed(transaction, budget)
      return true
    })
    if (check.outdatedHash !== null) await this.#rehash(account, password, check.outdatedHash, client)
    return signedIn
  }

  /** @throws `invalid_credentials` */
  async withUserSecret({ userSecret, mode }: SecretLogin, client: Client): Promise<SignedIn> {
    const { accounts, userSecrets } = this.#options
    const owner = await userSecrets.findOwner(userSecret)
    const account = owner === null ? null : await accounts.findById(owner)
    if (account?.status !== 'active') return await this.#refuse(account, 'user_secret', client)
    const start = { account, method: 'user_secret', mode, client } as const
    return await this.#signIn(
      start,
      async (transaction) => (await userSecrets.findOwner(userSecret, transaction)) === owner,
    )
  }

  async #refuse(account: Account | null, method: SignInMethod, client: Client): Promise<never> {
    const { audit, db } = this.#options
    await audit.record(db, { ...signInBy(account, method, client), outcome: 'failure', sessionId: null })
    throw new Failure(invalidCredentials)
  }

  /** Too early to be judged. */
  async #limit(
    error: unknown,
    account: Account | null,
    subject: readonly string[],
    client: Client,
  ): Promise<never> {
    const { audit, db } = this.#options
    if (error instanceof Failure && error.problem === rateLimited) {
      const event = { ...signInBy(account, 'password', client), outcome: 'limited', sessionId: null } as const
      await audit.recordSparingly(db, event, JSON.stringify(subject))
    }
    throw error
  }

  async #rehash(account: Account, password: string, outdated: string, client: Client): Promise<void> {
    const { audit, db, passwords } = this.#options
    const isRenewed = await passwords.renew(account.id, password, outdated, clientKey(client.ipAddress))
    if (!isRenewed) return
    await audit.record(db, {
      ...signInBy(account, 'password', client),
      action: 'password_rehash',
      outcome: 'success',
      sessionId: null,
    })
  }

  /** `isStillSo` says where the account is held whether the secret has not been changed since it was verified (I2). */
  async #signIn(
    { account, ...start }: SignInStart,
    isStillSo: (transaction: Transaction) => Promise<boolean>,
  ): Promise<SignedIn> {
    const { accounts, audit, db, roles, sessions } = this.#options
    const { method, client, mode } = start
    const granted = await roles.rolesOf(account.id)
    const session = await inTransaction(db, async (transaction) => {
      if (!(await accounts.holdActive(transaction, account.id))) return null
      if (!(await isStillSo(transaction))) return null
      const started = await sessions.start(transaction, { accountId: account.id, ...start })
      const event = {
        ...signInBy(account, method, client),
        outcome: 'success',
        sessionId: started.id,
      } as const
      await audit.record(transaction, event)
      return started
    })
    if (session === null) return await this.#refuse(account, method, client)
    const bearer = { accountId: account.id, sessionId: session.id, roles: granted }
    const accessToken = mode === 'token' ? await this.#options.tokens.issueAccessToken(bearer) : null
    return { account, roles: granted, session, accessToken }
  }
}

interface SignInStart extends Omit<NewSession, 'accountId'> {
  readonly account: Account
}

function signInBy(account: Account | null, method: SignInMethod, { ipAddress }: Client) {
  return { action: 'sign_in', accountId: account?.id ?? null, method, ipAddress } as const
}

function oneIdentifierNeeded(): Failure {
  const detail = 'Give one of identifier, username, email and phone_number.'
  return invalidFields({ pointer: '', code: 'one_identifier_needed', detail })
}
