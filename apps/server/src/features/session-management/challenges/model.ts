import { minuteMs } from '../../../platform/kernel/durations.ts'
import type { AccountId, ChallengeId } from '../../../platform/kernel/ids.ts'
import type { AuthenticationMethod, SessionMode } from '../sessions/model.ts'

/**
 * How long a sign-in waits for the second factor. Long enough to find the phone, and too short for a challenge that
 * someone finds later.
 */
export const challengeMinutes = 5
export const challengeMs = challengeMinutes * minuteMs

/** A sign-in whose first factor was right, with what its client asked for: the second factor cannot change any of it. */
export interface PendingSignIn {
  readonly accountId: AccountId
  readonly action: 'sign_in' | 'restoration'
  /** The methods that were right. */
  readonly methods: readonly AuthenticationMethod[]
  readonly mode: SessionMode
  /** A shorter life than the session would have; null for the usual one. */
  readonly lifeSecondsMax: number | null
}

export interface Challenge extends PendingSignIn {
  readonly id: ChallengeId
  readonly createdAt: Date
  readonly expiresAt: Date
}
