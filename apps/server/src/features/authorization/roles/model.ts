import type { Failure } from '../../../platform/kernel/failures.ts'
import { invalidFields } from '../../../platform/kernel/problems.ts'

/** The role of every new account. */
export const defaultRole = 'user'

const roleName = /^[a-z][a-z0-9_-]{0,31}$/

/** An account may have this many roles, because every access token of it contains them all. */
export const rolesMax = 20

/** Other services compare roles letter by letter, so a role has one spelling. @throws `validation_failed` */
export function assertRoleName(role: string): void {
  if (!roleName.test(role))
    throw invalidRole(
      'malformed',
      'A role has 1 to 32 lower-case letters, digits, "_" and "-", and begins with a letter.',
    )
}

export function tooManyRoles(): Failure {
  return invalidRole('too_many', `An account can have at most ${rolesMax} roles. Remove another one first.`)
}

function invalidRole(code: string, detail: string): Failure {
  return invalidFields({ pointer: '/role', code, detail })
}
