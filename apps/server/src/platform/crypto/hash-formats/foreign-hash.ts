import type { EncodingName } from './encoding.ts'
import type { Work } from './work.ts'

/** A password hash, whatever its form. */
export interface ForeignHash {
  readonly work: Work
  readonly encoding: EncodingName
  readonly salt: Buffer
  readonly digest: Buffer
}

/** What the text of a hash does not say by itself. */
export interface HashHints {
  /** The system that made the hash. Needed only if its form is ambiguous. */
  readonly family?: HashFamilyName
  /** True if that system appended a pepper to every password. The servers need it in PROXIMA_IMPORTED_PEPPER. */
  readonly isPeppered?: boolean
  /** The salt of this hash, if it is kept apart, as in an export from Firebase. */
  readonly salt?: string
  /** The hash parameters of a project, as the Firebase console shows them. */
  readonly firebase?: FirebaseParameters
}

export interface FirebaseParameters {
  /** `base64_signer_key` */
  readonly signerKey: string
  /** `base64_salt_separator` */
  readonly saltSeparator: string
  readonly rounds: number
  /** `mem_cost` */
  readonly memoryCost: number
}

export const hashFamilyNames = [
  'argon2',
  'bcrypt',
  'better-auth',
  'devise',
  'django',
  'firebase',
  'keycloak',
  'laravel',
  'ldap',
  'md5',
  'passlib',
  'phpass',
  'sha1',
  'sha256',
  'sha512',
  'unix-crypt',
  'werkzeug',
] as const

export type HashFamilyName = (typeof hashFamilyNames)[number]

export type Reading =
  | { readonly kind: 'hash'; readonly hash: ForeignHash }
  | { readonly kind: 'refused'; readonly reason: string }

/** The hashes of one system or standard. */
export interface HashFamily {
  readonly name: HashFamilyName
  /** Reads a hash of this family; null if the text has another form. */
  readonly read: (text: string, hints: HashHints) => Reading | null
}

export function refused(reason: string): Reading {
  return { kind: 'refused', reason }
}

/** Base64 with or without padding; null if it is not, or has more than one spelling. */
export function readBase64(text: string): Buffer | null {
  const bare = text.replace(/={1,2}$/, '')
  const bytes = Buffer.from(bare, 'base64')
  return bytes.length > 0 && bytes.toString('base64').replaceAll('=', '') === bare ? bytes : null
}

/** Hexadecimal digits; null if they are not, or not of this many bytes. */
export function readHex(text: string, length: number): Buffer | null {
  return /^[0-9a-f]*$/i.test(text) && text.length === length * 2 ? Buffer.from(text, 'hex') : null
}

/** For a hash that lost its end: a column that was too narrow, or a copy that was cut short. */
export function truncated(family: string, expected: string): Reading {
  return refused(
    `This ${family} hash is incomplete or damaged: ${expected}. No one can sign in with it. Copy the complete hash from the other system. If that has no other, the user needs a new password.`,
  )
}
