import { Failure } from '../../../platform/kernel/failures.ts'
import { type Caller, hasSession } from '../../../platform/kernel/principal.ts'
import { forbidden } from '../../../platform/kernel/problems.ts'
import { displayName } from '../../users/accounts/model.ts'

/** The headers that a proxy adds to the request before the service gets it. */
export interface IdentityHeaders {
  readonly 'remote-user': string
  readonly 'remote-email': string
  readonly 'remote-name': string
  readonly 'remote-groups': string
}

/** What the proxy asks for. Both must be true if both are given. */
export interface Requirement {
  readonly permission: string | null
  readonly role: string | null
}

/**
 * What a service learns about the caller. It learns the id of the account, which never changes and never goes to someone
 * else. A username may do both, and an account may have none. A header without a value is sent all the same: some versions
 * of Caddy pass on what the caller has sent instead of a header that is missing (CVE-2026-30851), and others the name of a
 * placeholder.
 */
export function identityHeaders(caller: Caller): IdentityHeaders {
  const { account, accountId } = caller
  return {
    'remote-user': accountId,
    // A service gives rights by the address, so it must not get one that its owner has only typed (I5).
    'remote-email': account.emailVerifiedAt === null ? '' : asciiOf(account.email ?? ''),
    'remote-name': asciiOf(displayName(account) ?? account.username ?? ''),
    'remote-groups': rolesOf(caller).join(','),
  }
}

/** @throws `forbidden` */
export function assertMeets(caller: Caller, { permission, role }: Requirement): void {
  if (permission !== null && !caller.permissions.some((each) => each === permission))
    throw new Failure(forbidden, {
      detail: `This address needs the permission "${permission}".`,
      refusedBy: permission,
    })
  if (role !== null && !rolesOf(caller).includes(role)) {
    const advice = caller.roles.includes(role) ? ' An API key and a token of a client cannot use roles.' : ''
    throw new Failure(forbidden, {
      detail: `This address needs the role "${role}".${advice}`,
      refusedBy: role,
    })
  }
}

/**
 * The roles that the caller may use. An API key, and the session of a client, are made for some permissions of their
 * account. A service knows only the role, and would let them do everything that the role stands for there (I6).
 */
function rolesOf(caller: Caller): readonly string[] {
  return hasSession(caller) && caller.clientId === null ? caller.roles : []
}

/**
 * The text in visible ASCII and spaces. Every other byte of its UTF-8 is percent-encoded, and so are "%" and spaces at the
 * ends. Header fields are ASCII (RFC 9110 §5.5). In Latin-1, the byte 85 of "م" and of "Å" is an end of a line to
 * `splitlines` of Python, with which programs have read headers: a name could add a header of its own (I14).
 */
export function asciiOf(text: string): string {
  return text.toWellFormed().replaceAll(/^ +| +$|[^ -~]|%/gu, (each) => encodeURIComponent(each))
}
