import type { Finding } from '../../features/administration/deployment/model.ts'
import type { RoleDefinitions } from '../../features/authorization/roles/definitions/service.ts'
import { rolesOfServerMax } from '../../features/authorization/roles/model.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { rolesOf } from '../../platform/kernel/second-factor-rule.ts'

/** The roles that exist are in the database, so a start cannot check them. */
export async function unknownFactorRoles(
  { secondFactor }: Pick<Config, 'secondFactor'>,
  roleDefinitions: Pick<RoleDefinitions, 'list'>,
): Promise<readonly Finding[]> {
  const named = rolesOf(secondFactor)
  if (named.length === 0) return []
  const roles = await roleDefinitions.list({ after: '', limit: rolesOfServerMax })
  return judgeFactorRoles(
    named,
    roles.map(({ name }) => name),
  )
}

/** A role that does not exist protects no one: most likely its name is misspelt. */
export function judgeFactorRoles(named: readonly string[], existing: readonly string[]): readonly Finding[] {
  const unknown = named.filter((name) => !existing.includes(name))
  if (unknown.length === 0) return []
  return [
    {
      severity: 'warning',
      code: 'second_factor_role_unknown',
      summary: `PROXIMA_SECOND_FACTOR names roles that do not exist: ${unknown.join(', ')}. No one needs a second factor because of them.`,
      advice:
        'Correct the names in PROXIMA_SECOND_FACTOR, or create the roles. `proxima roles list` shows those that exist.',
    },
  ]
}
