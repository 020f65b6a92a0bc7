import Type, { type Static } from 'typebox'
import { exampleId } from '../../../platform/http/fields.ts'
import { roleNameLengthMax, rolesMax } from '../../authorization/roles/model.ts'
import { UserView, userView } from '../../users/accounts/schema.ts'

export const RolesBody = Type.Object(
  {
    roles: Type.Array(
      Type.String({ maxLength: roleNameLengthMax, description: 'The name of a role that exists' }),
      { maxItems: rolesMax, description: 'All roles that the account has afterwards' },
    ),
  },
  {
    title: 'UserRolesBody',
    additionalProperties: false,
    description: 'The roles of the account. They replace those that it has.',
    examples: [{ roles: ['user'] }],
  },
)
export type RolesBody = Static<typeof RolesBody>

export const UserParams = Type.Object({
  id: Type.String({ maxLength: 100, description: 'The id of the account', examples: [exampleId] }),
})

/** The account with its new roles. */
export const AssignedView = UserView
export const assignedView = userView
