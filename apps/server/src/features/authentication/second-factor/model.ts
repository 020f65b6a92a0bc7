import type { SentContactCode } from '../../authenticators/contact-codes/model.ts'
import type { FactorKind, GivenFactor } from '../../authenticators/factors/model.ts'
import type { DeviceSecret } from '../../authenticators/trusted-devices/model.ts'
import type { SessionMode } from '../../session-management/sessions/model.ts'
import type { SignInOutcome, SigningClient } from '../sign-in/model.ts'

/** The second factor of a sign-in. */
export interface SecondFactorAnswer {
  readonly challenge: string
  readonly given: GivenFactor
  /** True if the device of the request shall need no second factor for a while. */
  readonly trustsDevice: boolean
}

/** The end of a sign-in with a second factor. */
export interface FinishedSignIn {
  readonly outcome: SignInOutcome
  /** What the device keeps; null if it is not trusted. */
  readonly device: DeviceSecret | null
}

/** A code that was sent for a sign-in. */
export interface SentFactorCode extends SentContactCode {
  /** How long it works. */
  readonly lifeSeconds: number
}

/** Who gets a session, and of what kind. */
interface AskedSession {
  readonly client: SigningClient | null
  readonly mode: SessionMode
}

/** How long an enrolment credential works. Long enough to install an authenticator app. */
export const enrolmentSeconds = 600

const finishable: readonly SessionMode[] = ['token', 'code', 'cookie']

/**
 * True if `POST /v1/auth/mfa` gives the client what its sign-in asked for. The token of an old API, and that of a client of
 * OAuth, are made elsewhere. Such a client gets nothing with a password alone (A94).
 */
export function canFinish({ client, mode }: AskedSession): boolean {
  return client === null && finishable.includes(mode)
}

/** The name of a wrong factor in the audit trail. */
export function reasonOf(kind: FactorKind): string {
  return `wrong_${kind}`
}
