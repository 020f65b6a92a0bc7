import { type OwnPermission, ownPermissions } from '../../src/platform/kernel/permission.ts'
import type { Route } from './routes.ts'

/** A kind of caller: no one, a person with the role `user` alone, the holder of one permission more, or `admin`. */
export type CallerKind = 'nobody' | 'user' | 'admin' | OwnPermission

export const callerKinds: readonly CallerKind[] = ['nobody', 'user', ...ownPermissions, 'admin']

/** What the access rules answer: 401, 403, or that the call gets past them, whatever it answers then. */
export type Verdict = 401 | 403 | 'allowed'

/** The rule that a route must follow for each kind of caller, from its access alone. */
export function verdictOf({ access }: Pick<Route, 'access'>, kind: CallerKind): Verdict {
  if (access === 'public' || access === 'optional') return 'allowed'
  // Without the token of the operator, or a signature. With them, no account matters.
  if (access === 'metrics' || access === 'webhook' || access === 'client') return 'allowed'
  if (kind === 'nobody') return 401
  if (access === 'user' || access === 'session_code') return 'allowed'
  return kind === 'admin' || kind === permissionOf(access) ? 'allowed' : 403
}

export function permissionOf(access: unknown): OwnPermission | null {
  if (typeof access !== 'object' || access === null || !('permission' in access)) return null
  return ownPermissions.find((permission) => permission === access.permission) ?? null
}

/** True for a route whose caller is an account or no one, and not a program. */
export function isForAccounts({ access }: Pick<Route, 'access'>): boolean {
  return access !== 'metrics' && access !== 'webhook' && access !== 'client'
}
