import type { Account } from '../../../platform/kernel/account.ts'
import type { FactorId } from '../../../platform/kernel/ids.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { AuditAction, AuditSubject } from '../../safeguards/audit/model.ts'

/** The kinds of second factors. */
export const factorKinds = ['totp', 'passkey', 'phone_number', 'email', 'recovery_code'] as const
export type FactorKind = (typeof factorKinds)[number]

/** A factor that its owner has added. */
export interface Factor {
  readonly id: FactorId
  readonly kind: FactorKind
  readonly name: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
  /** Whether a provider copies it to other devices of the owner; null if that is not known. */
  readonly synced: boolean | null
}

/** What `navigator.credentials.get` has returned (WebAuthn Level 3 §5.1.8). All of it is in base64url. */
export interface PasskeyAssertion {
  readonly id: string
  readonly rawId: string
  readonly type: 'public-key'
  readonly response: {
    readonly clientDataJSON: string
    readonly authenticatorData: string
    readonly signature: string
    /** Null if the authenticator does not say whose passkey it is. */
    readonly userHandle?: string | null
  }
}

/** A second factor as someone gives it. */
export interface GivenFactor {
  readonly kind: FactorKind
  /** The code that they typed; absent for a passkey. */
  readonly code?: string
  /** What the browser answered for a passkey; absent for a code. */
  readonly response?: PasskeyAssertion
}

/** A guess at a second factor of an account whose first factor was right. */
export interface FactorGuess {
  readonly account: Account
  readonly given: GivenFactor
  /** What the guess is part of: the id of a challenge or of a session. A code that was sent is bound to it. */
  readonly flow: string
  readonly context: RequestContext
  readonly action: AuditAction
  readonly auditSubject: Pick<AuditSubject, 'accountId' | 'sessionId'>
}
