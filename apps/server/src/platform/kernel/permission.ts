/** The rights that Proxima itself asks for, in alphabetical order. The role `admin` holds all of them. */
export const ownPermissions = [
  'audit:read',
  'clients:read',
  'clients:write',
  'keys:write',
  'messages:read',
  'messages:write',
  'roles:read',
  'roles:write',
  'settings:read',
  'statistics:read',
  'tokens:introspect',
  'users:delete',
  'users:export',
  'users:impersonate',
  'users:private',
  'users:read',
  'users:reset-factors',
  'users:write',
  'webhooks:read',
  'webhooks:write',
] as const

/** A right that a route of this server may ask for. */
export type OwnPermission = (typeof ownPermissions)[number]

/** The right to do one kind of thing with data of others: one of our own, or `moments:publish` of an application. */
export type Permission = `${string}:${string}`

/** What an account may do: the names of its roles, and the permissions of all of them together, each once and sorted. */
export interface Grants {
  readonly roles: readonly string[]
  readonly permissions: readonly Permission[]
}

/** With a moment from before they were read. */
export interface ReadGrants extends Grants {
  readonly readAt: Date
}

/** One row for each role and each of its permissions. A row without a permission is a role that has none. */
export interface GrantRow {
  readonly role: string | null
  readonly permission: string | null
}

/** Reads the rows of one account. The roles keep their order. */
export function readGrants(rows: readonly GrantRow[]): Grants {
  const roles = new Set<string>()
  const permissions = new Set<Permission>()
  for (const { role, permission } of rows) {
    if (role !== null) roles.add(role)
    if (permission !== null) permissions.add(permission as Permission)
  }
  return { roles: [...roles], permissions: [...permissions].sort() }
}

/** The permissions in `asked` that are not in `held`. */
export function missingFrom(held: readonly Permission[], asked: readonly Permission[]): Permission[] {
  const known = new Set(held)
  return asked.filter((permission) => !known.has(permission))
}
