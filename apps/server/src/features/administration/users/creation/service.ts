import type { Caller } from '../../../../platform/kernel/principal.ts'
import type { InvitationsService } from '../../../authentication/invitations/service.ts'
import type {
  Reauthentication,
  ReauthenticationService,
} from '../../../authentication/reauthentication/service.ts'
import type { RegistrationService } from '../../../authentication/registration/service.ts'
import { type Author, assertMayGiveRoles } from '../../../authorization/roles/model.ts'
import type { IdentifiersService } from '../../../users/accounts/identifiers/service.ts'
import type { RoleAssignmentService } from '../../role-assignments/service.ts'
import { changesPrivateDetails, privateDetailsForbidden } from '../changes/model.ts'
import type { CreatedUser, NewUser } from './model.ts'

export interface UserCreationOptions {
  readonly identifiers: Pick<IdentifiersService, 'readNewAccount'>
  readonly invitations: Pick<InvitationsService, 'send'>
  readonly reauthentication: Pick<ReauthenticationService, 'byFreshCaller'>
  readonly registration: Pick<RegistrationService, 'checkRules' | 'create'>
  readonly roleAssignment: Pick<RoleAssignmentService, 'addTo'>
}

/** Creates accounts, whether or not registration is open. */
export class UserCreationService {
  readonly #options: UserCreationOptions

  constructor(options: UserCreationOptions) {
    this.#options = options
  }

  /** @throws `validation_failed` */
  async checkRules({ roles: _roles, isInvited: _isInvited, ...input }: NewUser): Promise<void> {
    await this.#options.registration.checkRules(input, true)
  }

  /**
   * The account gets a user secret, unless its owner is invited. No one may give a role that permits
   * more than they may do themselves, and roles need what they need anywhere else.
   * @param administrator null for the command line
   * @throws `validation_failed`, `forbidden`, `step_up_required`, `username_taken`, `email_taken`,
   * `phone_number_taken`, `rate_limited`
   */
  async create(
    { roles, isInvited, ...input }: NewUser,
    author: Author,
    administrator: Caller | null,
    idempotencyKey: string | null,
  ): Promise<CreatedUser> {
    const { identifiers, invitations, registration, roleAssignment } = this.#options
    const { caller, context } = author
    if (caller !== null && changesPrivateDetails(input) && !caller.permissions.includes('users:private'))
      throw privateDetailsForbidden()
    const proof = administrator !== null && roles.length > 0 ? await this.#mayGiveRoles(administrator) : null
    const source = {
      context,
      idempotencyKey,
      byAdministrator: true,
      isInvited,
      // The caller is part of the request: otherwise the same key would show the secret to another administrator.
      request: { ...input, roles, isInvited, callerId: caller?.accountId ?? null },
      ...(caller !== null && { callerId: caller.accountId }),
    }
    const registered = await registration.create(input, source, async (transaction, accountId) => {
      // Locks the administrator too, so that no one takes away at this moment what they give.
      await proof?.confirm(transaction)
      if (roles.length > 0) await roleAssignment.addTo(transaction, accountId, roles, author)
      if (isInvited) await invitations.send(transaction, accountId, context)
    })
    const { address, nationalId } = identifiers.readNewAccount(input, true)
    return {
      ...registered,
      roles: [...new Set([...registered.roles, ...roles])].toSorted(),
      details: { address, nationalId },
    }
  }

  /**
   * Otherwise the thief of a session or of a key would make an administrator, sign in as it, and need no proof any more
   * (I8, ASVS 7.5.3).
   */
  async #mayGiveRoles(administrator: Caller): Promise<Reauthentication> {
    assertMayGiveRoles(administrator.permissions)
    return await this.#options.reauthentication.byFreshCaller(administrator)
  }
}
