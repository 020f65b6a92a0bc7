import type { RegistrationInput } from '../../../authentication/registration/model.ts'

/** An account that an administrator makes for someone. */
export interface NewUser extends RegistrationInput {
  /** In addition to the default role. */
  readonly roles: readonly string[]
  /** True if its owner sets the password, by a link that is sent to their contact. */
  readonly isInvited: boolean
}
