import { minuteMs } from '../../../../platform/kernel/durations.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'

/** WebAuthn Level 3 §15.1 recommends five minutes for a ceremony with user verification. */
export const ceremonyMinutes = 5
export const ceremonyMs = ceremonyMinutes * minuteMs

/**
 * What the answer of the browser is for. `sign_in_as`: a sign-in with the passkey of the account that was named, and of no
 * other (WebAuthn Level 3 §7.2, step 6).
 */
export type CeremonyPurpose =
  | 'sign_in'
  | 'sign_in_as'
  | 'second_factor'
  | 'reauthentication'
  | 'addition'
  | 'registration'

export interface NewCeremony {
  readonly purpose: CeremonyPurpose
  /** The account whose passkey is asked for; null if any will do, or if the named one does not exist. */
  readonly accountId: AccountId | null
}

export interface Ceremony extends NewCeremony {
  /** What the authenticator must sign, in base64url. */
  readonly challenge: string
  readonly createdAt: Date
}
