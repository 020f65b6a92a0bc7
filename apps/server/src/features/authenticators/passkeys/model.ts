import type { Account } from '../../../platform/kernel/account.ts'
import type { Problem } from '../../../platform/kernel/failures.ts'
import type { AccountId, FactorId } from '../../../platform/kernel/ids.ts'

/** EdDSA, ES256 and RS256 (RFC 9053 §2, RFC 8812 §2): what authenticators offer, and nothing weaker (A104). */
export const algorithms = [-8, -7, -257] as const
export const rsaBitsMin = 2_048
export const rsaBitsMax = 4_096
/** WebAuthn Level 3 §4, credential id. */
export const credentialIdBytesMax = 1_023
/** How many passkeys an account can have. Every one of them is in the options of a sign-in. */
export const passkeysMax = 20

/**
 * Whether a provider may copy the key to other devices, and has: the flags BE and BS of an authenticator (WebAuthn Level 3
 * §6.1.3).
 */
export type BackupState = 'device_bound' | 'eligible' | 'backed_up'

/** How the server knows a passkey. */
export interface Credential {
  /** In base64url. */
  readonly credentialId: string
  /** A COSE key in base64url. */
  readonly publicKey: string
  readonly counter: number
  readonly transports: readonly string[]
  readonly backupState: BackupState
}

/** What `navigator.credentials.create` has returned (WebAuthn Level 3 §5.1.8). */
export interface PasskeyRegistration {
  readonly id: string
  readonly rawId: string
  readonly type: 'public-key'
  readonly response: {
    readonly clientDataJSON: string
    readonly attestationObject: string
    readonly transports?: readonly string[]
  }
}

/** A credential that a browser has just made. */
export interface NewCredential extends Credential {
  readonly aaguid: string
}

export interface Passkey extends NewCredential {
  readonly id: FactorId
  readonly accountId: AccountId
  readonly name: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
  /**
   * Since when it is only a second factor, because the account was recovered: someone who was in the account may have added
   * it. Null if it also signs in alone.
   */
  readonly restrictedAt: Date | null
}

/** What a use of a passkey changes. */
export interface PasskeyUse {
  readonly counter: number
  readonly backupState: BackupState
  readonly usedAt: Date
}

/** The website that the passkeys are for. A passkey works on no other (WebAuthn Level 3 §13.4.9). */
export interface RelyingParty {
  /** A domain. */
  readonly id: string
  readonly name: string
  /** The origins of the pages that may ask for a passkey. */
  readonly origins: readonly string[]
}

/** True if both can come from one credential: whether it can be backed up never changes (WebAuthn Level 3 §6.1.3). */
export function isSameEligibility(before: BackupState, now: BackupState): boolean {
  return (before === 'device_bound') === (now === 'device_bound')
}

/**
 * False if the counter did not go up: two devices then have the key, and one of them may be a thief's (WebAuthn Level 3
 * §6.1.1, A102). Most passkeys do not count, and always say 0.
 */
export function isNextCount(before: number, now: number): boolean {
  return now > before || (now === 0 && before === 0)
}

/** What a browser gives back to say whose passkey it is. It says nothing about the person (WebAuthn Level 3 §14.6.1). */
export function userHandleOf(id: AccountId): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')
}

/** What an authenticator may show of an account. It is not stored yet if it is about to be registered. */
type Names = 'email' | 'fullName' | 'phoneNumber' | 'username'
export type PasskeyOwner = Pick<Account, 'id'> & Readonly<Record<Names, string | null | undefined>>

/** The names that an authenticator shows for the account. */
export function namesOf({ email, fullName, phoneNumber, username }: PasskeyOwner) {
  const name = username ?? email ?? phoneNumber ?? ''
  return { name, displayName: fullName ?? name }
}

export const passkeyRefused: Problem = {
  code: 'passkey_refused',
  kind: 'invalid',
  title: 'Passkey refused',
  advice:
    'Start again: ask for new options, and give them to the browser. Each options can be answered once.',
  cause:
    'The answer of the browser does not belong to these options, was given before, or came after more than five minutes. Or the passkey has no user verification, such as a PIN or a fingerprint, or an algorithm that the server does not accept.',
}

export const passkeyTaken: Problem = {
  code: 'passkey_taken',
  kind: 'conflict',
  title: 'Passkey already in use',
  advice: 'Use another authenticator, or sign in with this passkey.',
  cause: 'An account already has this passkey.',
}

export const tooManyPasskeys: Problem = {
  code: 'too_many_passkeys',
  kind: 'conflict',
  title: 'Too many passkeys',
  advice: 'Remove a passkey that you no longer use. Then add the new one.',
  cause: `An account can have ${passkeysMax} passkeys.`,
}
