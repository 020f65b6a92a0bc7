import type { PasskeyAssertion } from '../../../authenticators/factors/model.ts'
import type { SessionMode } from '../../../session-management/sessions/model.ts'

/** The answer of a browser to the options of a sign-in. */
export interface PasskeyLogin {
  readonly flow: string
  readonly response: PasskeyAssertion
  readonly mode: SessionMode
  /** A shorter life than the session would have; absent for the usual one. */
  readonly lifeSecondsMax?: number
}
