import type { Account } from './account.ts'
import type { AccountId, SessionId } from './ids.ts'

/** Whom a credential speaks for. */
export interface Bearer {
  readonly accountId: AccountId
  readonly sessionId: SessionId
  readonly roles: readonly string[]
}

/**
 * Who is calling, as the database knew it when this request came. Every route needs it and only sessions and tokens
 * can tell it, hence its place below both.
 */
export interface Principal extends Bearer {
  readonly account: Account
}
