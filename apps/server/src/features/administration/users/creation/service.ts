import type { Failure } from '../../../../platform/kernel/failures.ts'
import { invalidFields } from '../../../../platform/kernel/problems.ts'
import type { InvitationsService } from '../../../authentication/invitations/service.ts'
import type { Registered } from '../../../authentication/registration/model.ts'
import type { RegistrationService } from '../../../authentication/registration/service.ts'
import type { Author } from '../../../authorization/roles/model.ts'
import type { RoleAssignmentService } from '../../role-assignments/service.ts'
import { changesPrivateDetails, privateDetailsForbidden } from '../changes/model.ts'
import type { NewUser } from './model.ts'

export interface UserCreationOptions {
  readonly invitations: Pick<InvitationsService, 'send'>
  readonly registration: Pick<RegistrationService, 'checkRules' | 'create'>
  readonly roleAssignment: Pick<RoleAssignmentService, 'addTo'>
}

/** Creates accounts, whether or not registration is open. */
export class UserCreationService {
  readonly #options: UserCreationOptions

  constructor(options: UserCreationOptions) {
    this.#options = options
  }

  /** @throws `validation_failed`, `password_too_weak` */
  async checkRules({ roles: _roles, isInvited, ...input }: NewUser): Promise<void> {
    if (isInvited && input.password !== undefined) throw passwordNotWanted()
    await this.#options.registration.checkRules(input, true)
  }

  /**
   * Without a password, the account gets a user secret, unless its owner is invited. No one may give a role that permits
   * more than they may do themselves.
   * @throws `validation_failed`, `forbidden`, `password_too_weak`, `username_taken`, `email_taken`, `phone_number_taken`,
   * `rate_limited`, `overloaded`
   */
  async create(
    { roles, isInvited, ...input }: NewUser,
    author: Author,
    idempotencyKey: string | null,
  ): Promise<Registered> {
    const { invitations, registration, roleAssignment } = this.#options
    const { caller, context } = author
    if (isInvited && input.password !== undefined) throw passwordNotWanted()
    if (caller !== null && changesPrivateDetails(input) && !caller.permissions.includes('users:private'))
      throw privateDetailsForbidden()
    const source = {
      context,
      idempotencyKey,
      byAdministrator: true,
      isInvited,
      request: { ...input, roles, isInvited },
      ...(caller !== null && { callerId: caller.accountId }),
    }
    const registered = await registration.create(input, source, async (transaction, accountId) => {
      if (roles.length > 0) await roleAssignment.addTo(transaction, accountId, roles, author)
      if (isInvited) await invitations.send(transaction, accountId, context)
    })
    return { ...registered, roles: [...new Set([...registered.roles, ...roles])].toSorted() }
  }
}

function passwordNotWanted(): Failure {
  const detail = 'The owner of an invited account chooses the password. Leave it out, or do not invite.'
  return invalidFields({ pointer: '/password', code: 'password_not_wanted', detail })
}
