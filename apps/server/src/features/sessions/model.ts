import type { AccountId, SessionId } from '../../platform/kernel/ids.ts'

/** What proved who signed in. */
export type SignInMethod = 'password' | 'user_secret'

/** Where a request came from. */
export interface Client {
  readonly ipAddress: string
  readonly userAgent: string | null
}

export interface Session {
  readonly id: SessionId
  readonly accountId: AccountId
  readonly method: SignInMethod
  readonly client: Client
  readonly createdAt: Date
  readonly expiresAt: Date
}
