import type { Account } from '../../../platform/kernel/account.ts'
import type { Problem } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { type Changes, changesOf } from '../../safeguards/audit/model.ts'
import type { Email } from './identifiers/email.ts'
import type { Identifier } from './identifiers/identifier.ts'
import type { PhoneNumber } from './identifiers/phone-number.ts'
import type { Username } from './identifiers/username.ts'

/** Lengths in code points. */
export const addressLengthMax = 500
export const nationalIdLengthMax = 64
export const localeLengthMax = 32

/** Details that are shown only to the owner, and sealed at rest. */
export interface PrivateDetails {
  readonly address: string | null
  readonly nationalId: string | null
}

export interface Identifiers {
  readonly username: Username | null
  readonly email: Email | null
  readonly phoneNumber: PhoneNumber | null
}

/** The owners of an email and a phone number; null if there is no owner, or if the identifier was not given. */
export interface AddressOwners {
  readonly email: Account | null
  readonly phoneNumber: Account | null
}

export interface Names {
  readonly fullName: string | null
  readonly givenName: string | null
  readonly familyName: string | null
}

export interface NewAccount extends Identifiers, Names, PrivateDetails {}

/** Identifiers as a person typed them; absent if not given. */
export interface IdentifiersInput {
  readonly username?: string
  readonly email?: string
  readonly phoneNumber?: string
}

export interface NewAccountInput extends IdentifiersInput {
  readonly fullName?: string
  readonly givenName?: string
  readonly familyName?: string
  readonly address?: string
  readonly nationalId?: string
}

/** The changes that owners may make to their account. An absent field stays the same. Null clears a field. */
export type AccountPatch = Partial<Names & PrivateDetails & { readonly locale: string | null }>

export const usernameTaken: Problem = {
  code: 'username_taken',
  kind: 'conflict',
  title: 'Username taken',
  advice: 'Another account has this username or one that looks like it. Choose another.',
  cause:
    'Case does not count in usernames, and characters that look alike count as the same. When an account changes its username, the old one also stays reserved for a while.',
}

export const emailTaken: Problem = {
  code: 'email_taken',
  kind: 'conflict',
  title: 'Email taken',
  advice: 'Another account has this email address. Sign in with it, or use another.',
  cause: 'Case does not count in email addresses.',
}

export const phoneNumberTaken: Problem = {
  code: 'phone_number_taken',
  kind: 'conflict',
  title: 'Phone number taken',
  advice: 'Another account has this phone number. Sign in with it, or use another.',
  cause: 'Phone numbers are compared in international form.',
}

export const isServiceAccount: Problem = {
  code: 'service_account',
  kind: 'conflict',
  title: 'Service account',
  advice: 'Give the account an API key instead.',
  cause: 'The account belongs to a program, so no one can sign in to it.',
}

export const takenProblem = {
  username: usernameTaken,
  email: emailTaken,
  phoneNumber: phoneNumberTaken,
} as const satisfies Record<keyof Identifiers, Problem>

type WordSources = Pick<Account, 'username' | 'email' | 'phoneNumber' | keyof Names>

/** Returns the words that an attacker who knows the person would try first (ASVS 6.2.11). */
export function wordsAbout(account: WordSources): string[] {
  const { username, email, phoneNumber, fullName, givenName, familyName } = account
  return [username, email, phoneNumber, fullName, givenName, familyName].filter((word) => word !== null)
}

/** The subject on which guesses of any secret of the account are counted. */
export function guessSubjectOf(id: AccountId): readonly string[] {
  return ['account', id]
}

/** The subject on which guesses that name this identifier are counted, whether or not an account has it. */
export function typedSubjectOf({ kind, canonical }: Identifier): readonly string[] {
  return [kind, canonical]
}

export function isVerified({ emailVerifiedAt, phoneNumberVerifiedAt }: Account): boolean {
  return emailVerifiedAt !== null || phoneNumberVerifiedAt !== null
}

/** True if the account has an email address or a phone number, and none of them is verified. */
export function hasNothingVerified(account: Account): boolean {
  return (account.email !== null || account.phoneNumber !== null) && !isVerified(account)
}

/** Returns the full name. If there is none, joins the given name and the family name. */
export function displayName({ fullName, givenName, familyName }: Names): string | null {
  if (fullName !== null) return fullName
  const parts = [givenName, familyName].filter((part) => part !== null)
  return parts.length > 0 ? parts.join(' ') : null
}

/** What a change has changed, for the audit trail. */
export function differences(before: Account, after: Account): Changes {
  return changesOf(
    { shown: shownFields(before), hidden: sealedFields(before) },
    { shown: shownFields(after), hidden: sealedFields(after) },
  )
}

function shownFields(account: Account) {
  return {
    username: account.username,
    email: account.email,
    phone_number: account.phoneNumber,
    full_name: account.fullName,
    given_name: account.givenName,
    family_name: account.familyName,
    locale: account.locale,
  }
}

function sealedFields({ addressSealed, nationalIdSealed }: Account) {
  return { address: addressSealed, national_id: nationalIdSealed }
}
