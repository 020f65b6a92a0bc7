import { Form } from '../../../../platform/kernel/form.ts'
import type { Permission } from '../../../../platform/kernel/permission.ts'
import { parseLine } from '../../../users/accounts/identifiers/plain-text.ts'
import {
  parsePermission,
  parseRoleName,
  permissionsOfRoleMax,
  type Role,
  roleDescriptionLengthMax,
} from '../model.ts'

/** A new role, as it was typed. */
export interface NewRoleInput {
  readonly name: string
  readonly description?: string | null
  readonly permissions?: readonly string[]
}

/** An absent field stays the same. */
export type RolePatch = Omit<NewRoleInput, 'name'>

/** @throws `validation_failed`, naming every invalid field at once */
export function readNewRole({
  name,
  ...rest
}: NewRoleInput): Pick<Role, 'name' | 'description' | 'permissions'> {
  const form = new Form()
  form.read('/name', name, parseRoleName)
  const role = readFields(form, rest)
  form.finish()
  return { name, description: null, permissions: [], ...role }
}

/** @throws `validation_failed`, naming every invalid field at once */
export function readRolePatch(patch: RolePatch): Partial<Pick<Role, 'description' | 'permissions'>> {
  const form = new Form()
  const changes = readFields(form, patch)
  form.finish()
  return changes
}

function readFields(form: Form, { description, permissions }: RolePatch) {
  const line = form.read('/description', description, (text) => parseLine(text, roleDescriptionLengthMax))
  return {
    ...(description !== undefined && { description: line }),
    ...(permissions !== undefined && { permissions: readPermissions(form, permissions) }),
  }
}

/** Sorted, each once. */
function readPermissions(form: Form, names: readonly string[]): readonly Permission[] {
  const permissions = names.flatMap(
    (name, index) => form.read(`/permissions/${index}`, name, parsePermission) ?? [],
  )
  const each = [...new Set(permissions)].sort()
  if (each.length > permissionsOfRoleMax)
    form.refuse(
      '/permissions',
      'too_many',
      `A role can have at most ${permissionsOfRoleMax} permissions. Make two roles of it.`,
    )
  return each
}
