import { importedWorkOf, isCheckable } from '../../../../platform/crypto/imported-hash.ts'
import { parsePermission, parseRoleName } from '../../../authorization/roles/model.ts'
import { canonicalEmail } from '../../../users/accounts/identifiers/email.ts'
import { canonicalUsername, skeletonsOf } from '../../../users/accounts/identifiers/username.ts'
import { InvalidMember, type Row } from '../encoding.ts'
import type { ExportLine } from './line.ts'

const kinds: readonly unknown[] = ['person', 'service']
const statuses: readonly unknown[] = ['pending', 'active', 'suspended', 'deleted']
const e164 = /^\+[1-9]\d{4,14}$/

/** What the types of the columns do not say. @throws InvalidMember */
export function checkLine({ kind, rows }: ExportLine): void {
  const [own, ...parts] = rows
  if (kind.type === 'account') {
    for (const { row, table } of parts) checkHashes(table, row)
    if (!kinds.includes(own?.row['kind'])) throw new InvalidMember('kind', '"person" or "service"')
    if (!statuses.includes(own?.row['status']))
      throw new InvalidMember('status', '"pending", "active", "suspended" or "deleted"')
  }
  if (kind.type !== 'role') return
  if (!parseRoleName(String(own?.row['name'])).ok) throw new InvalidMember('name', 'the name of a role')
  for (const { row } of parts)
    if (!parsePermission(String(row['permission'])).ok)
      throw new InvalidMember('permissions', 'a list of permissions that this version knows')
}

/**
 * A hash that cannot be checked would fail at each sign-in, and one that costs too much, or says that it costs something
 * else, would slow down everyone's (A46).
 */
function checkHashes(table: string, row: Row): void {
  const hash = row[table === 'passwords' ? 'hash' : 'imported_hash']
  if ((table !== 'passwords' && table !== 'user_secrets') || typeof hash !== 'string') return
  if (!isCheckable(hash)) throw new InvalidMember('hash', 'a complete hash that this version can check')
  if (table === 'passwords' && row['imported_work'] !== importedWorkOf(hash))
    throw new InvalidMember('imported_work', 'what checking the hash costs')
}

/**
 * True if each identifier has the canonical form, and the username the skeletons, that this server would give it. A file
 * in which someone has changed only one of them could add an account that looks like another one, or that no one can
 * sign in to (A15 to A18).
 */
export function hasOwnForms({ rows }: ExportLine): boolean {
  const account = rows[0]?.row ?? {}
  const skeletons = rows
    .filter(({ table }) => table === 'username_skeletons')
    .map(({ row }) => row['skeleton'])
  return (
    isCanonical(account, 'email', canonicalEmail) &&
    isCanonical(account, 'username', canonicalUsername) &&
    hasSkeletons(account, skeletons) &&
    isNumber(account['phone_number'])
  )
}

function isCanonical(account: Row, name: string, canonical: (text: string) => string | null): boolean {
  const given = account[name]
  return account[`${name}_canonical`] === (typeof given === 'string' ? canonical(given) : null)
}

function hasSkeletons({ username, username_canonical: canonical }: Row, skeletons: readonly unknown[]) {
  if (typeof username !== 'string' || typeof canonical !== 'string') return true
  return skeletonsOf(username.trim().normalize('NFKC'), canonical).every((each) => skeletons.includes(each))
}

function isNumber(phoneNumber: unknown): boolean {
  return phoneNumber === null || (typeof phoneNumber === 'string' && e164.test(phoneNumber))
}
