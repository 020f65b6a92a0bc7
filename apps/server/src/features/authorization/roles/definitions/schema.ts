import Type, { type Static } from 'typebox'
import { exampleTime, Nullable, Page, Text, Time } from '../../../../platform/http/fields.ts'
import {
  permissionLengthMax,
  permissionsOfRoleMax,
  type Role,
  roleDescriptionLengthMax,
  roleNameLengthMax,
} from '../model.ts'

const exampleRole = {
  name: 'support',
  description: 'Answers questions of users',
  permissions: ['users:read'],
  is_built_in: false,
  created_at: exampleTime,
  updated_at: exampleTime,
}

export const RoleView = Type.Object(
  {
    name: Type.String({ description: 'The name of the role, which never changes' }),
    description: Text('What the role is for; null if no one has said so'),
    permissions: Type.Array(Type.String(), {
      description:
        'The permissions of the role, sorted: those of Proxima, and those that applications define',
    }),
    is_built_in: Type.Boolean({
      description: 'True for `user` and `admin`, which no one can change or delete',
    }),
    created_at: Time('When the role was created'),
    updated_at: Time('When the role was last changed'),
  },
  { title: 'Role', description: 'A named set of permissions', examples: [exampleRole] },
)
export type RoleView = Static<typeof RoleView>

export const RolesView = Page(RoleView, {
  title: 'RolePage',
  description: 'A page of roles, by name',
  examples: [{ data: [exampleRole], next_cursor: null }],
})

const roleFields = {
  description: Nullable(
    Type.String({ maxLength: roleDescriptionLengthMax, description: 'What the role is for, in one line' }),
  ),
  permissions: Type.Array(
    Type.String({ maxLength: permissionLengthMax * 2, description: 'A permission, such as `users:read`' }),
    {
      maxItems: permissionsOfRoleMax,
      description: `What the role permits: permissions of Proxima, and any that an application defines for itself, such as \`moments:publish\`. At most ${permissionsOfRoleMax}.`,
    },
  ),
}

export const NewRoleBody = Type.Object(
  {
    name: Type.String({
      maxLength: roleNameLengthMax * 2,
      description: 'Lower-case letters, digits, `_` and `-`; begins with a letter',
    }),
    description: Type.Optional(roleFields.description),
    permissions: Type.Optional(roleFields.permissions),
  },
  {
    title: 'NewRoleBody',
    additionalProperties: false,
    description: 'A new role. Without permissions, it is only a name that applications can check.',
    examples: [{ name: 'support', description: 'Answers questions of users', permissions: ['users:read'] }],
  },
)
export type NewRoleBody = Static<typeof NewRoleBody>

export const PatchRoleBody = Type.Object(
  {
    description: Type.Optional(roleFields.description),
    permissions: Type.Optional(roleFields.permissions),
  },
  {
    title: 'PatchRoleBody',
    additionalProperties: false,
    description: 'Changes only the fields that you send. `permissions` replaces all of them.',
    examples: [{ permissions: ['users:read', 'moments:publish'] }],
  },
)
export type PatchRoleBody = Static<typeof PatchRoleBody>

export const RoleParams = Type.Object({
  name: Type.String({ maxLength: 100, description: 'The name of the role', examples: ['support'] }),
})

export function roleView(role: Role): RoleView {
  return {
    name: role.name,
    description: role.description,
    permissions: [...role.permissions],
    is_built_in: role.isBuiltIn,
    created_at: role.createdAt.toISOString(),
    updated_at: role.updatedAt.toISOString(),
  }
}
