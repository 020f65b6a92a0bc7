import { Failure } from '../../platform/kernel/failures.ts'
import { type AccountId, nobody } from '../../platform/kernel/ids.ts'
import { invalidFields } from '../../platform/kernel/problems.ts'
import type { Account } from '../accounts/model.ts'
import type { AccountsService } from '../accounts/service.ts'
import type { PasswordsService } from '../passwords/service.ts'
import type { RolesService } from '../roles/service.ts'
import type { Client, SignInMethod } from '../sessions/model.ts'
import type { SessionsService } from '../sessions/service.ts'
import type { TokensService } from '../tokens/service.ts'
import type { UserSecretsService } from '../user-secrets/service.ts'
import { invalidCredentials, type PasswordLogin, type SignedIn } from './model.ts'

export interface LoginOptions {
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

  /** @throws `validation_failed`, `invalid_credentials`, `overloaded` */
  async withPassword({ identifiers, password }: PasswordLogin, client: Client): Promise<SignedIn> {
    const { accounts, passwords } = this.#options
    const [identifier, ...more] = identifiers
    if (identifier === undefined || more.length > 0) throw oneIdentifierNeeded()
    const account = await accounts.find(identifier)
    // Asked for a stranger too: otherwise the time would tell who has an account.
    const matches = await passwords.verify(account?.id ?? nobody, password, client.ipAddress)
    if (account === null || !matches) throw new Failure(invalidCredentials)
    return await this.#signIn(account, 'password', client)
  }

  /** @throws `invalid_credentials` */
  async withUserSecret(userSecret: string, client: Client): Promise<SignedIn> {
    const { accounts, userSecrets } = this.#options
    const owner: AccountId | null = await userSecrets.findOwner(userSecret)
    if (owner === null) throw new Failure(invalidCredentials)
    return await this.#signIn(await accounts.get(owner), 'user_secret', client)
  }

  async #signIn(account: Account, method: SignInMethod, client: Client): Promise<SignedIn> {
    if (account.status !== 'active') throw new Failure(invalidCredentials)
    const { roles, sessions, tokens } = this.#options
    const granted = await roles.rolesOf(account.id)
    const { id: sessionId } = await sessions.start(account.id, method, client)
    const { token, expiresInSeconds } = await tokens.issueAccessToken({
      accountId: account.id,
      sessionId,
      roles: granted,
    })
    return { account, roles: granted, sessionId, accessToken: token, expiresInSeconds }
  }
}

function oneIdentifierNeeded(): Failure {
  const detail = 'Give one of identifier, username, email and phone_number.'
  return invalidFields({ pointer: '', code: 'one_identifier_needed', detail })
}
