import { isOpenIdScope, type OpenIdScope, openIdScopes } from '../../../platform/kernel/openid-scopes.ts'
import { accept, type Parsed } from '../../../platform/kernel/parsed.ts'
import type { Permission } from '../../../platform/kernel/permission.ts'
import { type GrantType, readScope, signsPeopleIn } from '../../authorization/clients/model.ts'
import { parsePermission } from '../../authorization/roles/model.ts'
import type { ReadFields } from './model.ts'

/** A scope, taken apart. The permissions are null if no one has named them yet. */
export interface ReadScope {
  readonly openIdScope: readonly OpenIdScope[]
  readonly scope: readonly Permission[] | null
}

export function parseScope(text: string): Parsed<ReadScope> {
  const names: readonly string[] = readScope(text)
  const permissions: Permission[] = []
  for (const name of names.filter((each) => !isOpenIdScope(each))) {
    const parsed = parsePermission(name)
    if (!parsed.ok) return parsed
    permissions.push(parsed.value)
  }
  const openIdScope = openIdScopes.filter((each) => names.includes(each))
  return accept({ openIdScope, scope: permissions })
}

/** Who people are and how to reach them by mail. To ask for more is a decision. */
const usualOpenIdScope: readonly OpenIdScope[] = ['openid', 'profile', 'email']

/** The scopes of the client: those that are given, or those that suit its grants. */
export function scopesAfter(
  given: ReadScope | null | undefined,
  { before, grantTypes }: { readonly before: ReadFields; readonly grantTypes: readonly GrantType[] },
): ReadScope {
  if (given) return given
  const { scope } = before
  if (!signsPeopleIn({ grantTypes })) return { openIdScope: [], scope }
  const kept = signsPeopleIn(before) ? before.openIdScope : usualOpenIdScope
  const others = kept.filter((each) => each !== 'offline_access')
  const couldRefresh = signsPeopleIn(before) && before.grantTypes.includes('refresh_token')
  const stays = grantTypes.includes('refresh_token') && (!couldRefresh || kept.length > others.length)
  return { openIdScope: stays ? [...others, 'offline_access'] : others, scope }
}
