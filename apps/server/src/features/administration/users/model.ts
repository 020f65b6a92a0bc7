import type { Problem } from '../../../platform/kernel/failures.ts'

/** Why an account is suspended, and until when. */
export interface SuspensionTerms {
  readonly reason: string | null
  /** Null if an administrator must lift it. */
  readonly endsAt: Date | null
}

export const untilLifted: SuspensionTerms = { reason: null, endsAt: null }

/** In code points. */
export const reasonLengthMax = 500

export const userPending: Problem = {
  code: 'user_pending',
  kind: 'conflict',
  title: 'Registration not confirmed',
  advice: 'The owner has not confirmed this registration yet. Wait until they do, or delete the account.',
  cause:
    'With strict privacy, a new account waits until its owner confirms an address. Until then it can neither sign in nor be suspended: lifting the suspension would confirm it.',
}

export const alreadyDeleted: Problem = {
  code: 'already_deleted',
  kind: 'conflict',
  title: 'Already deleted',
  advice: 'This account is deleted already, and its owner has a receipt. Restore it, or erase it at once.',
  cause: 'An administrator deletes an account that waits to be erased.',
}

export const notRestorable: Problem = {
  code: 'not_restorable',
  kind: 'conflict',
  title: 'Nothing to restore',
  advice: 'Only a deleted account can be restored, and only until its grace period is over.',
  cause: 'An administrator restores an account that is not deleted, or whose grace period is over.',
}
