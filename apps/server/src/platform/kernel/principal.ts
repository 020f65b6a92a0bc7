import type { AccountId, SessionId } from './ids.ts'

/** Who is calling. Every route needs it and only sessions and tokens can tell it, hence its place below both. */
export interface Principal {
  readonly accountId: AccountId
  readonly sessionId: SessionId
  readonly roles: readonly string[]
}
