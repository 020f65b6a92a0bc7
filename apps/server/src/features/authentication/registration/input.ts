import type { NewAccountInput } from '../../users/accounts/service.ts'

export interface RegistrationInput extends NewAccountInput {
  readonly password?: string
}
