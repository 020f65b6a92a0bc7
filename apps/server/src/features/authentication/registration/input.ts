import type { NewAccountInput } from '../../users/accounts/model.ts'

export interface RegistrationInput extends NewAccountInput {
  readonly password?: string
}
