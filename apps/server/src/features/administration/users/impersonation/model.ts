import type { Account } from '../../../../platform/kernel/account.ts'
import type { Problem } from '../../../../platform/kernel/failures.ts'
import type { StartedSession } from '../../../session-management/sessions/model.ts'
import type { IssuedAccessToken } from '../../../session-management/tokens/model.ts'

export interface Impersonation {
  readonly account: Account
  readonly session: StartedSession
  /** Null if a cookie takes its place. */
  readonly accessToken: IssuedAccessToken | null
}

/** In characters. */
export const reasonLengthMax = 200

export const cannotImpersonate: Problem = {
  code: 'cannot_impersonate',
  kind: 'conflict',
  title: 'Cannot see this account as its owner does',
  advice:
    'Choose an active account of another person. No one can sign in to a suspended, deleted or service account.',
  cause: 'The account is your own, is suspended or deleted, or is that of a program.',
}

export const notImpersonating: Problem = {
  code: 'not_impersonating',
  kind: 'conflict',
  title: 'Nothing to stop',
  advice: 'This is a session of the owner. To end it, sign out.',
  cause: 'The session did not begin with `POST /v1/users/{id}/impersonation`.',
}
