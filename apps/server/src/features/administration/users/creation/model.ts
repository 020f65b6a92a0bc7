import type { Registered } from '../../../authentication/registration/model.ts'
import type { NewAccountInput, PrivateDetails } from '../../../users/accounts/model.ts'

/** An account that an administrator makes for someone. It has no password: only its owner chooses one (I8). */
export interface NewUser extends NewAccountInput {
  /** In addition to the default role. */
  readonly roles: readonly string[]
  /** True if its owner sets the password, by a link that is sent to their contact. */
  readonly isInvited: boolean
}

export interface CreatedUser extends Registered {
  readonly details: PrivateDetails
}
