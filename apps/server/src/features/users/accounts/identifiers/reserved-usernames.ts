import { refuse } from '../../../../platform/kernel/parsed.ts'
import { canonicalUsername, skeletonsOf, type Username } from './username.ts'

/**
 * Usernames that readers take for the service itself, or for its staff. No one can register them or a look-alike; an
 * administrator can still give them to an account. `PROXIMA_RESERVED_USERNAMES` adds more.
 */
export const reservedUsernames: readonly string[] = [
  // The mailboxes of a service (RFC 2142).
  ...['abuse', 'ftp', 'hostmaster', 'info', 'marketing', 'news', 'noc', 'postmaster', 'sales', 'security'],
  ...['support', 'usenet', 'uucp', 'webmaster', 'www'],
  // The mailboxes that prove the ownership of a domain to a certificate authority (CA/Browser Forum BR §3.2.2.4.4).
  ...['admin', 'administrator'],
  // The accounts of operating systems and mail programs.
  ...['root', 'daemon', 'system', 'sysadmin', 'superuser', 'mailer-daemon', 'nobody', 'noreply', 'no-reply'],
  // The service.
  ...['proxima', 'official', 'moderator', 'helpdesk', 'sysop', 'api', 'oauth', 'login', 'logout', 'signin'],
  ...['sign-in', 'signup', 'sign-up', 'register', 'password', 'recovery', 'verify', 'localhost', 'null'],
  ...['undefined'],
]

export const usernameReserved = refuse(
  'username_reserved',
  'This username is reserved for the service. Choose another, or ask an administrator for it.',
)

/** A separator at the end is easily overlooked, or taken for the end of a sentence. */
const separatorsAtEnd = /[._-]+$/

/** Returns a check whether a username is reserved, or looks like one that is. */
export function reservedCheck(more: readonly string[]): (username: Username) => boolean {
  const skeletons = new Set([...reservedUsernames, ...more].flatMap(allSkeletonsOf))
  return (username) =>
    username.skeletons.some((skeleton) => skeletons.has(skeleton.replace(separatorsAtEnd, '')))
}

function allSkeletonsOf(name: string): readonly string[] {
  const normalized = name.normalize('NFKC')
  return skeletonsOf(normalized, canonicalUsername(name) ?? normalized)
}
