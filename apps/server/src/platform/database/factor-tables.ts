import type { AccountId, ChallengeId, FactorId, TrustedDeviceId } from '../kernel/ids.ts'

/** The tables of second factors; `tables.ts` lists them with all others, and explains their columns in general. */

/** The public keys with which owners sign in (WebAuthn Level 3 §4, credential record). */
export interface PasskeysTable {
  id: FactorId
  account_id: AccountId
  /** In base64url, of up to 1,023 bytes. */
  credential_id: string
  /** SHA-256 of the credential id, which is too long for an index. Unique: no two accounts share a passkey. */
  credential_digest: string
  /** A COSE key in base64url. It is not secret. */
  public_key: string
  /** The signature counter of the last use. 0 for most passkeys, which do not count. */
  counter: number
  /** The model of the authenticator: a UUID. All zeros if it is not known. */
  aaguid: string
  /** How the browser reaches the authenticator, separated by spaces. */
  transports: string
  /** Whether a provider may copy the key, and has. The first never changes (WebAuthn Level 3 §6.1.3). */
  backup_state: 'device_bound' | 'eligible' | 'backed_up'
  name: string
  created_at: number
  last_used_at: number | null
  /** Since when it is only a second factor, because the account was recovered; null if it also signs in alone. */
  restricted_at: number | null
}

/** What browsers have been asked to sign, until they answer. */
export interface PasskeyCeremoniesTable {
  /** SHA-256 of the flow that the client holds, or of what the ceremony is part of. */
  slot: string
  /** The account whose passkey is asked for; null if any passkey will do, or none can. */
  account_id: AccountId | null
  purpose: string
  /** What the authenticator must sign, in base64url. */
  challenge: string
  created_at: number
  expires_at: number
}

/** Authenticator apps: of each state at most one for an account. */
export interface TotpSecretsTable {
  id: FactorId
  account_id: AccountId
  /** `pending` until its owner has confirmed it with a code. Only then it is a second factor. */
  state: 'pending' | 'confirmed'
  name: string
  /** The secret in base32, sealed. */
  secret_sealed: string
  /** The time step of the last code that was accepted; null if there was none. It only grows. */
  last_step: number | null
  created_at: number
  last_used_at: number | null
}

/** The recovery codes of an account that are not used yet. The use of one deletes it. */
export interface RecoveryCodesTable {
  /** SHA-256 of the code. Unique. */
  digest: string
  account_id: AccountId
  created_at: number
}

/** The contact by which an account was recovered last, for a day. It is then no second factor beside the new password. */
export interface RecoveryMarksTable {
  account_id: AccountId
  contact_kind: 'email' | 'phone_number'
  recovered_at: number
}

/** Browsers and programs that need no second factor for a while, because one was given there. */
export interface TrustedDevicesTable {
  id: TrustedDeviceId
  account_id: AccountId
  /** HMAC of the account and the secret that the device keeps. Unique. */
  digest: string
  user_agent: string | null
  ip_address: string | null
  created_at: number
  last_used_at: number | null
  expires_at: number
}

/** Sign-ins whose first factor was right, and that wait for the second. */
export interface SignInChallengesTable {
  id: ChallengeId
  account_id: AccountId
  /** SHA-256 of the challenge. Unique. */
  digest: string
  /** What the sign-in is for, as the audit trail names it. */
  action: 'sign_in' | 'restoration'
  /** The authentication methods that were right, separated by spaces. */
  methods: string
  /** What the client gets after the sign-in. */
  mode: string
  /** A shorter life than the session would have; null for the usual one. */
  life_seconds_max: number | null
  created_at: number
  expires_at: number
}
