import { Failure } from '../../../../platform/kernel/failures.ts'
import { forbidden, invalidFields } from '../../../../platform/kernel/problems.ts'
import type { ContactKind } from '../../../users/accounts/contacts/model.ts'
import type { AccountPatch } from '../../../users/accounts/model.ts'

/** What an administrator may change of an account. An absent field stays the same. Null clears a field. */
export interface UserPatch extends AccountPatch {
  readonly username?: string
  readonly email?: string | null
  readonly phoneNumber?: string | null
}

/** The new contacts in a patch, as they were given. */
export function contactsIn({ email, phoneNumber }: UserPatch): readonly [ContactKind, string | null][] {
  const given: [ContactKind, string | null | undefined][] = [
    ['email', email],
    ['phone_number', phoneNumber],
  ]
  return given.flatMap(([kind, text]) => (text === undefined ? [] : [[kind, text]]))
}

/** True if the patch changes how the owner signs in or is reached. */
export function changesIdentifiers({ username, email, phoneNumber }: UserPatch): boolean {
  return [username, email, phoneNumber].some((each) => each !== undefined)
}

export function changesPrivateDetails({ address, nationalId }: UserPatch): boolean {
  return address !== undefined || nationalId !== undefined
}

export function identifierNeeded(): Failure {
  const detail = 'The account would have neither username, email nor phone number. Give it another one first.'
  return invalidFields({ pointer: '', code: 'identifier_needed', detail })
}

export function privateDetailsForbidden(): Failure {
  const detail = 'To change the address or the national id, you need the permission "users:private".'
  return new Failure(forbidden, { detail })
}
