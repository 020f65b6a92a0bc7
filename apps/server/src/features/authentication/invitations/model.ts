import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { invalidFields } from '../../../platform/kernel/problems.ts'
import { type AnyBinding, codeExpired, codeInvalid } from '../../authenticators/codes/model.ts'
import { guessSubjectOf } from '../../users/accounts/model.ts'

/** An account has one invitation: a newer one invalidates the older (A82). */
export function bindingOf(accountId: AccountId): AnyBinding & { readonly purpose: 'invitation' } {
  return { purpose: 'invitation', holder: guessSubjectOf(accountId), flow: null }
}

export function invitationFailure({ isExpired }: { readonly isExpired: boolean }): Failure {
  const detail = isExpired
    ? 'This invitation has expired. Ask the person who invited you for another one.'
    : 'This invitation is not valid, or it was used or replaced before. Ask the person who invited you for another one.'
  return new Failure(isExpired ? codeExpired : codeInvalid, { detail })
}

export function contactNeeded(): Failure {
  const detail = 'Give an email address or a phone number to which the server can send the invitation.'
  return invalidFields({ pointer: '', code: 'contact_needed', detail })
}

export function notInvitable(): Failure {
  const detail = 'The account has a password or a user secret, or it is not active. Start a recovery instead.'
  return invalidFields({ pointer: '', code: 'not_invitable', detail })
}
