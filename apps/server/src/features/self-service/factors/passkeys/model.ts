import type { Factor } from '../../../authenticators/factors/model.ts'
import type { PasskeyRegistration } from '../../../authenticators/passkeys/model.ts'

/** The answer of a browser that has made a passkey. */
export interface GivenPasskey {
  readonly flow: string
  readonly response: PasskeyRegistration
  /** Absent for the usual name of the authenticator. */
  readonly name?: string
}

export interface AddedPasskey {
  readonly factor: Factor
  /** With the first factor; null if the account had one before. */
  readonly recoveryCodes: readonly string[] | null
}
