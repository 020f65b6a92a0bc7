import type { Problem } from '../../../platform/kernel/failures.ts'
import type { FactorId } from '../../../platform/kernel/ids.ts'
import { asciiNumber } from '../../../platform/kernel/typed-text.ts'

/** 160 bits, as long as the digest of HMAC-SHA-1 (RFC 4226 §4, R6). */
export const secretBytes = 20
export const digits = 6
export const stepSeconds = 30
/** One step before and one after: RFC 6238 §5.2 recommends no more for the delay of a network. */
export const driftSteps = 1
/** How long a new secret waits for the code that confirms it. */
export const confirmationMinutes = 15

/** The confirmed secret of an account, or the one that waits for its code. */
export interface TotpSecret {
  readonly id: FactorId
  readonly state: 'pending' | 'confirmed'
  readonly name: string
  readonly secretSealed: string
  /** The time step of the last code that was accepted; null if there was none. */
  readonly lastStep: number | null
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}

/** What an authenticator app needs. It is shown only once. */
export interface TotpEnrolment {
  /** In base32. */
  readonly secret: string
  readonly otpauthUrl: string
  readonly qrSvg: string
}

const typedLengthMax = 64

/** Reads a typed code: six digits of any script, with spaces or dashes between them, and nothing else (A84). */
export function readTotpCode(text: string): string | null {
  if (text.length > typedLengthMax) return null
  const typed = asciiNumber(text).trim()
  return /^\d(?:[ -]*\d){5}$/.test(typed) ? typed.replaceAll(/[ -]/g, '') : null
}

/** The time step of a moment (RFC 6238 §4.2). */
export function stepAt(now: Date): number {
  return Math.floor(now.getTime() / 1_000 / stepSeconds)
}

export const totpNotStarted: Problem = {
  code: 'totp_not_started',
  kind: 'conflict',
  title: 'No authenticator app to confirm',
  advice:
    'Start again: POST /v1/me/factors/totp gives a new secret. Then confirm it with a code from the app.',
  cause: `No secret waits for its confirmation, or it has waited for more than ${confirmationMinutes} minutes.`,
}
