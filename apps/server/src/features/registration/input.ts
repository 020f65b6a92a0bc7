import type { NewAccountInput } from '../accounts/service.ts'

export interface RegistrationInput extends NewAccountInput {
  readonly password?: string
}
