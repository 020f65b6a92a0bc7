import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import type { RequestOptions } from '../../../authenticators/passkeys/options/model.ts'
import type { Flow, PasskeysService } from '../../../authenticators/passkeys/service.ts'
import type { IdentifiersService } from '../../../users/accounts/identifiers/service.ts'
import type { SignInOutcome } from '../../sign-in/model.ts'
import { type LoginPurpose, type SignInService, signInPurpose } from '../../sign-in/service.ts'
import type { PasskeyLogin } from './model.ts'

export interface PasskeyLoginOptions {
  readonly identifiers: Pick<IdentifiersService, 'lookUp'>
  readonly passkeys: Pick<PasskeysService, 'identify' | 'startSignIn'>
  readonly signIn: Pick<SignInService, 'complete' | 'refuse'>
}

/** Signs in with a passkey alone. */
export class PasskeyLoginService {
  readonly #options: PasskeyLoginOptions

  constructor(options: PasskeyLoginOptions) {
    this.#options = options
  }

  /** The same for an identifier that no account has (I4). */
  async start(identifier: string | null): Promise<Flow<RequestOptions>> {
    const { identifiers, passkeys } = this.#options
    return await passkeys.startSignIn(identifier === null ? null : await identifiers.lookUp(identifier))
  }

  /**
   * A passkey with user verification is two factors: what its owner has, and what they know or are (NIST SP 800-63B-4
   * §3.1.7.1). So nothing else is asked for.
   * @throws `invalid_credentials`, `rate_limited`
   */
  async finish(
    { flow, response, mode, lifeSecondsMax }: PasskeyLogin,
    context: RequestContext,
    purpose: LoginPurpose = signInPurpose,
  ): Promise<SignInOutcome> {
    const { passkeys, signIn } = this.#options
    const { action } = purpose
    const identified = await passkeys.identify({ flow, response }, { action, context })
    const attempt = { account: identified.account, methods: ['passkey'], context, action } as const
    if (!identified.isRight) return await signIn.refuse({ ...attempt, isLimited: identified.isLimited })
    const { account, proven } = identified
    // A recovery has made it a second factor, until its owner gives it with the new password.
    if (!purpose.mayLogIn(account) || proven.passkey.restrictedAt !== null)
      return await signIn.refuse(attempt)
    return await signIn.complete({
      ...attempt,
      account,
      mode,
      client: null,
      purpose,
      grants: null,
      hasSecondFactor: true,
      ...(lifeSecondsMax !== undefined && { lifeSecondsMax }),
      verifyUnchanged: (transaction) => proven.use(transaction),
      atOnce: null,
    })
  }
}
