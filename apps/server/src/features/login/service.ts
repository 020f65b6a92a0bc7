import type { Database, Transaction } from '../../platform/database/tables.ts'
import { inTransaction } from '../../platform/database/transactions.ts'
import { clientKey } from '../../platform/kernel/addresses.ts'
import { Failure } from '../../platform/kernel/failures.ts'
import { nobody } from '../../platform/kernel/ids.ts'
import { invalidFields } from '../../platform/kernel/problems.ts'
import type { Account } from '../accounts/model.ts'
import type { AccountsService } from '../accounts/service.ts'
import type { AuditService } from '../audit/service.ts'
import type { PasswordsService } from '../passwords/service.ts'
import type { GuessesService } from '../rate-limits/guesses/service.ts'
import type { RolesService } from '../roles/service.ts'
import type { Client, SignInMethod } from '../sessions/model.ts'
import type { SessionsService } from '../sessions/service.ts'
import type { TokensService } from '../tokens/service.ts'
import type { UserSecretsService } from '../user-secrets/service.ts'
import { invalidCredentials, type PasswordLogin, type SignedIn } from './model.ts'

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
  async withPassword({ identifiers, password }: PasswordLogin, client: Client): Promise<SignedIn> {
    const { accounts, guesses, passwords } = this.#options
    const [identifier, ...more] = identifiers
    if (identifier === undefined || more.length > 0) throw oneIdentifierNeeded()
    const { account, subject } = await accounts.lookUp(identifier.text, identifier.kind)
    const caller = clientKey(client.ipAddress)
    const budget = await guesses.open({ authenticator: 'password', subject, client: caller })
    // Asked for a stranger too, or the time would tell who has an account. The try is counted when its turn to be
    // hashed has come: what the queue refuses was never judged.
    const onTurn = () => guesses.take(budget)
    const check = await passwords.verify(account?.id ?? nobody, password, { caller, onTurn })
    if (account?.status !== 'active' || !check.matches) return await this.#refuse(account, 'password', client)
    const signedIn = await this.#signIn(account, 'password', client, (transaction) =>
      guesses.succeed(transaction, budget),
    )
    if (check.outdatedHash !== null) await passwords.renew(account.id, password, check.outdatedHash, caller)
    return signedIn
  }

  /** @throws `invalid_credentials` */
  async withUserSecret(userSecret: string, client: Client): Promise<SignedIn> {
    const { accounts, userSecrets } = this.#options
    const owner = await userSecrets.findOwner(userSecret)
    const account = owner === null ? null : await accounts.findById(owner)
    if (account?.status !== 'active') return await this.#refuse(account, 'user_secret', client)
    return await this.#signIn(account, 'user_secret', client)
  }

  async #refuse(account: Account | null, method: SignInMethod, client: Client): Promise<never> {
    const { audit, db } = this.#options
    await audit.record(db, { ...signInBy(account, method, client), outcome: 'failure', sessionId: null })
    throw new Failure(invalidCredentials)
  }

  async #signIn(
    account: Account,
    method: SignInMethod,
    client: Client,
    alongside: (transaction: Transaction) => Promise<void> = async () => undefined,
  ): Promise<SignedIn> {
    const { accounts, audit, db, roles, sessions, tokens } = this.#options
    const granted = await roles.rolesOf(account.id)
    const sessionId = await inTransaction(db, async (transaction) => {
      if (!(await accounts.holdActive(transaction, account.id))) return null
      await alongside(transaction)
      const { id } = await sessions.start(transaction, account.id, method, client)
      const event = { ...signInBy(account, method, client), outcome: 'success', sessionId: id } as const
      await audit.record(transaction, event)
      return id
    })
    if (sessionId === null) return await this.#refuse(account, method, client)
    const { token, expiresInSeconds } = await tokens.issueAccessToken({
      accountId: account.id,
      sessionId,
      roles: granted,
    })
    return { account, roles: granted, sessionId, accessToken: token, expiresInSeconds }
  }
}

function signInBy(account: Account | null, method: SignInMethod, { ipAddress }: Client) {
  return { action: 'sign_in', accountId: account?.id ?? null, method, ipAddress } as const
}

function oneIdentifierNeeded(): Failure {
  const detail = 'Give one of identifier, username, email and phone_number.'
  return invalidFields({ pointer: '', code: 'one_identifier_needed', detail })
}
