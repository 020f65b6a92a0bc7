import type { AccountId, ClientId, SessionId } from '../../../platform/kernel/ids.ts'

/** Something that the provider remembers between two requests. Its id is a credential, so only its digest is stored. */
export interface Entry {
  readonly digest: string
  readonly kind: string
  readonly grantId: string | null
  readonly accountId: AccountId | null
  readonly clientId: ClientId | null
  readonly sessionId: SessionId | null
  readonly payload: Readonly<Record<string, unknown>>
  readonly consumedAt: Date | null
  readonly expiresAt: Date
}

/** How long a payload may be, in characters of JSON. A longer request is refused. */
export const payloadLengthMax = 8_000
