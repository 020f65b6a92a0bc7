import { Failure, type Problem } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { accept, type Parsed, refuse } from '../../../platform/kernel/parsed.ts'
import { missingFrom, ownPermissions, type Permission } from '../../../platform/kernel/permission.ts'
import { forbidden, invalidFields } from '../../../platform/kernel/problems.ts'
import { noRequest, type RequestContext } from '../../../platform/kernel/request-context.ts'

/** The role of every new account. */
export const defaultRole = 'user'

/** The role that holds every permission. */
export const adminRole = 'admin'

/** Neither can be changed or deleted: every account counts on the one, and every server on the other. */
const builtInRoles: ReadonlySet<string> = new Set([defaultRole, adminRole])

/** A named set of permissions. */
export interface Role {
  readonly name: string
  /** What it is for, for people. */
  readonly description: string | null
  /** Sorted. */
  readonly permissions: readonly Permission[]
  readonly isBuiltIn: boolean
  readonly createdAt: Date
  readonly updatedAt: Date
}

export function isBuiltIn(role: string): boolean {
  return builtInRoles.has(role)
}

export const roleNameLengthMax = 32
const roleName = /^[a-z][a-z0-9_-]{0,31}$/

/** An account may have this many roles, because every access token of it contains them all. */
export const rolesMax = 20

/** More would be a directory, and every administrator would read them all. */
export const rolesOfServerMax = 200

/** With longer lists, the answer to a creation would not fit where it is stored for a retry. */
export const permissionsOfRoleMax = 64

/**
 * All applications together may define this many. The role `admin` holds all of them, and they are read with each
 * request of an administrator.
 */
export const permissionsOfApplicationsMax = 200

/** In code points. */
export const roleDescriptionLengthMax = 200

export const permissionLengthMax = 64
const permissionForm = /^[a-z][a-z0-9_-]*:[a-z][a-z0-9_-]*$/

const ownNames: ReadonlySet<string> = new Set(ownPermissions)
const ownSubjects: ReadonlySet<string> = new Set(ownPermissions.map(subjectOf))

export const lastAdministrator: Problem = {
  code: 'last_administrator',
  kind: 'conflict',
  title: 'The last administrator',
  advice:
    'This account is the only active one with the role "admin". Give the role to another account first: without an administrator, no one could give it to anyone.',
  cause:
    'The call would leave the server without an active account that has the role `admin`: it takes the role away, or suspends or deletes the account.',
}

export const roleTaken: Problem = {
  code: 'role_taken',
  kind: 'conflict',
  title: 'Role name taken',
  advice: 'There already is a role with this name. Change that one, or choose another name.',
  cause: 'Each role has a name of its own.',
}

export const roleInUse: Problem = {
  code: 'role_in_use',
  kind: 'conflict',
  title: 'Role in use',
  advice: 'Too many accounts have this role to take it from all of them at once. Take it from them first.',
  cause: 'More than 10,000 accounts have the role.',
}

/** A role can be deleted while at most this many accounts have it: each of them changes in one transaction. */
export const holdersOfDeletedMax = 10_000

/** Other services compare roles letter by letter, so a role has one spelling. */
export function parseRoleName(name: string): Parsed<string> {
  if (roleName.test(name)) return accept(name)
  const detail = 'A role has 1 to 32 lower-case letters, digits, "_" and "-", and begins with a letter.'
  return refuse('malformed', detail)
}

/** A permission has one spelling too. It may be one that no role has yet, but none of ours that does not exist. */
export function parsePermission(name: string): Parsed<Permission> {
  if (name.length > permissionLengthMax || !isPermission(name))
    return refuse(
      'malformed',
      `A permission is like "moments:publish": two words of lower-case letters, digits, "_" and "-", which begin with a letter, and a colon between them. It has at most ${permissionLengthMax} characters.`,
    )
  // A later release may add one of that name, and a misspelt one of ours would permit nothing.
  if (ownSubjects.has(subjectOf(name)) && !isOwn(name))
    return refuse(
      'unknown',
      `Proxima has no such permission. About ${subjectOf(name)}, it has ${ownAbout(subjectOf(name)).join(', ')}.`,
    )
  return accept(name)
}

function ownAbout(subject: string): readonly Permission[] {
  return ownPermissions.filter((each) => subjectOf(each) === subject)
}

function isPermission(name: string): name is Permission {
  return permissionForm.test(name)
}

export function isOwn(permission: string): boolean {
  return ownNames.has(permission)
}

function subjectOf(permission: string): string {
  return permission.slice(0, permission.indexOf(':'))
}

/** Who changes roles, and from where. The operator, at the command line, has no account and may do everything. */
export interface Author {
  readonly caller: { readonly accountId: AccountId; readonly permissions: readonly Permission[] } | null
  readonly context: RequestContext
}

export const operator: Author = { caller: null, context: noRequest }

/** What a caller may give away at one moment. */
export interface Holdings {
  readonly permissions: readonly Permission[]
  /** True for an administrator: they hold every permission, those too that no role has yet. */
  readonly isAll: boolean
}

/** What the operator may give away, who can read and write the database anyway. */
export const everything: Holdings = { permissions: ownPermissions, isAll: true }

/** No one may give away, or take away, what they do not hold themselves (I6). @throws `forbidden` */
export function assertHeld({ isAll, permissions }: Holdings, asked: readonly Permission[]): void {
  const missing = isAll ? [] : missingFrom(permissions, asked)
  if (missing.length === 0) return
  const names = missing.map((permission) => `"${permission}"`).join(', ')
  throw new Failure(forbidden, {
    detail: `You can only give and take permissions that you have yourself. You do not have ${names}.`,
    refusedBy: 'permissions_of_caller',
  })
}

/**
 * Roles that come with a new account or client need what a change of roles needs. A role may permit nothing here and much
 * in another service, so it is not enough to hold its permissions (I6).
 * @throws `forbidden`
 */
export function assertMayGiveRoles(permissions: readonly Permission[]): void {
  if (permissions.includes('roles:write')) return
  throw new Failure(forbidden, {
    detail: 'To give roles, you need the permission "roles:write".',
    refusedBy: 'roles:write',
  })
}

/** The account has a permission that the caller does not have. */
export function outranked(): Failure {
  return new Failure(forbidden, {
    detail:
      'This account has permissions that you do not have. Only someone who has all of them can change it.',
    refusedBy: 'rank',
  })
}

export function tooManyRoles(): Failure {
  const detail = `An account can have at most ${rolesMax} roles. Remove another one first.`
  return invalidFields({ pointer: '/roles', code: 'too_many', detail })
}

export function unknownRole(role: string): Failure {
  const detail = `There is no role "${role}". Create it first, or check the spelling.`
  return invalidFields({ pointer: '/roles', code: 'unknown', detail })
}
