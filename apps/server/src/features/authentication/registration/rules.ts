import { Failure } from '../../../platform/kernel/failures.ts'
import { invalidFields } from '../../../platform/kernel/problems.ts'
import type { PasswordsService } from '../../authenticators/passwords/service.ts'
import type { IdentifiersService } from '../../users/accounts/identifiers/service.ts'
import type { NewAccount } from '../../users/accounts/model.ts'
import type { RegistrationInput, RegistrationSource } from './model.ts'

export interface RegistrationRules {
  readonly identifiers: Pick<IdentifiersService, 'readNewAccount'>
  readonly passwords: Pick<PasswordsService, 'assertAcceptable'>
  /** True if a new account must have a contact to confirm, unless an administrator creates it. */
  readonly needsContact: boolean
}

/**
 * Reads the fields of a new account. If one is wrong, checks the password too, so that one answer names every wrong
 * field. Otherwise the password is checked when it is hashed.
 * @throws `validation_failed`
 */
export async function readRegistration(
  { identifiers, needsContact, passwords }: RegistrationRules,
  { password, ...input }: RegistrationInput,
  {
    byAdministrator = false,
    passwordPolicy: policy,
  }: Pick<RegistrationSource, 'byAdministrator' | 'passwordPolicy'>,
): Promise<NewAccount> {
  try {
    const account = identifiers.readNewAccount(input, byAdministrator)
    const hasContact = account.email !== null || account.phoneNumber !== null
    if (needsContact && !hasContact && !byAdministrator) throw contactNeeded()
    return account
  } catch (error) {
    if (!(error instanceof Failure) || password === undefined) throw error
    const context = [input.username, input.email].filter((text) => text !== undefined)
    const weak = await failureOf(() => passwords.assertAcceptable({ password, context, policy }))
    throw invalidFields(...error.errors, ...weak.errors)
  }
}

function contactNeeded(): Failure {
  const detail = 'Give an email address or a phone number. This server asks for it to be confirmed.'
  return invalidFields({ pointer: '', code: 'contact_needed', detail })
}

async function failureOf(check: () => Promise<void>): Promise<Pick<Failure, 'errors'>> {
  try {
    await check()
    return { errors: [] }
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
}
