import { invalidFields } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { Restoration, SignedIn } from './model.ts'
import type { LoginService } from './service.ts'

export interface RestoreOptions {
  readonly login: Pick<LoginService, 'withPassword' | 'withUserSecret'>
}

/** How the owner of a deleted account comes back, as long as there is time. */
export class RestoreService {
  readonly #options: RestoreOptions

  constructor(options: RestoreOptions) {
    this.#options = options
  }

  /**
   * A sign-in in everything but that it also takes who has deleted the account: it is guessed under the same budget,
   * costs the same, and refuses with the same words. Whoever may sign in anyway is signed in, so that a lost answer can
   * be asked for again (I12).
   * @throws `validation_failed`, `invalid_credentials`, `rate_limited`, `overloaded`
   */
  async restore(
    { identifiers, password, userSecret, mode }: Restoration,
    context: RequestContext,
  ): Promise<SignedIn> {
    const { login } = this.#options
    const isBySecret = userSecret !== undefined
    if (isBySecret === (password !== undefined) || (isBySecret && identifiers.length > 0))
      throw oneWayNeeded()
    return isBySecret
      ? await login.withUserSecret({ userSecret, mode }, context, 'restoration')
      : await login.withPassword({ identifiers, password: password ?? '', mode }, context, 'restoration')
  }
}

function oneWayNeeded() {
  const detail =
    'Give a password with one of identifier, username, email and phone_number, or a user_secret alone.'
  return invalidFields({ pointer: '', code: 'one_proof_needed', detail })
}
