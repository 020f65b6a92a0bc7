import type { PasskeyRegistration } from '../../../authenticators/passkeys/model.ts'
import type { NewAccountInput } from '../../../users/accounts/model.ts'

/** The answer of a browser that has made a passkey for a new account. */
export interface GivenRegistration {
  readonly flow: string
  readonly response: PasskeyRegistration
  /** The fields of the first step, if the client sends them again. */
  readonly input: NewAccountInput
}
