import Type, { type Static } from 'typebox'
import { Form } from '../../../platform/kernel/form.ts'
import {
  parsePermission,
  parseRoleName,
  permissionLengthMax,
  roleNameLengthMax,
} from '../../authorization/roles/model.ts'
import type { Requirement } from './model.ts'

/** Closed, so that a misspelt parameter does not leave a service open (I6). */
export const ForwardAuthQuery = Type.Object(
  {
    permission: Type.Optional(
      Type.String({
        maxLength: permissionLengthMax,
        description: 'The permission that the caller must have, such as `reports:read`',
      }),
    ),
    role: Type.Optional(
      Type.String({ maxLength: roleNameLengthMax, description: 'The role that the caller must have' }),
    ),
    redirect: Type.Optional(
      Type.Enum(['1'], {
        description:
          'Sends a browser that opens a page without a session to the sign-in page, instead of 401',
      }),
    ),
  },
  { additionalProperties: false },
)
export type ForwardAuthQuery = Static<typeof ForwardAuthQuery>

/**
 * A name that no account can have would refuse everyone, and no one would find out why.
 * @throws `validation_failed`
 */
export function toRequirement({ permission, role }: ForwardAuthQuery): Requirement {
  const form = new Form()
  form.read('/permission', permission, parsePermission)
  form.read('/role', role, parseRoleName)
  form.finish()
  return { permission: permission ?? null, role: role ?? null }
}

const Header = (description: string) => Type.String({ description })

export const Admitted = Type.Null({
  description:
    'The caller may see the service. The headers say who it is, and are empty if there is no value.',
  headers: {
    'Remote-User': Header('The id of the account, which never changes'),
    'Remote-Email': Header('The email address, if it is verified'),
    'Remote-Name': Header('The full name; without one, the username'),
    'Remote-Groups': Header(
      'The roles, separated by commas; empty for an API key and for a token of a client',
    ),
  },
})

export const SignInFirst = Type.Null({
  description: 'With `redirect=1`, for a browser without a session',
  headers: { Location: Type.String({ description: 'The sign-in page, which leads back to the service' }) },
})
