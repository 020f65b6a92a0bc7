import { Failure } from '../../../platform/kernel/failures.ts'
import { invalidFields } from '../../../platform/kernel/problems.ts'
import type { PasswordsService } from '../../authenticators/passwords/service.ts'
import type { IdentifiersService } from '../../users/accounts/identifiers/service.ts'
import type { NewAccount } from '../../users/accounts/model.ts'
import type { RegistrationInput } from './model.ts'

export interface RegistrationRules {
  readonly identifiers: Pick<IdentifiersService, 'readNewAccount'>
  readonly passwords: Pick<PasswordsService, 'assertAcceptable'>
}

/**
 * Reads the fields of a new account. If one is wrong, checks the password too, so that one answer names every wrong
 * field. Otherwise the password is checked when it is hashed.
 * @throws `validation_failed`
 */
export async function readRegistration(
  { identifiers, passwords }: RegistrationRules,
  { password, ...input }: RegistrationInput,
  byAdministrator = false,
): Promise<NewAccount> {
  try {
    return identifiers.readNewAccount(input, byAdministrator)
  } catch (error) {
    if (!(error instanceof Failure) || password === undefined) throw error
    const context = [input.username, input.email].filter((text) => text !== undefined)
    const weak = await failureOf(() => passwords.assertAcceptable({ password, context }))
    throw invalidFields(...error.errors, ...weak.errors)
  }
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
