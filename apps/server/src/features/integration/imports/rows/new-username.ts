import { createHash } from 'node:crypto'
import { parseUsername, type Username } from '../../../users/accounts/identifiers/username.ts'

const partLengthMax = 40

/**
 * A username for an account whose old one is not allowed: what is left of it, and six characters that follow from the
 * old id, so that each run finds the same and no two accounts share one. Of an email address only the part before the
 * "@" is kept, because a username is shown to others (A26).
 */
export function renamed(text: string, key: string, isReserved: (username: Username) => boolean): Username {
  const suffix = createHash('sha256').update(key).digest('hex').slice(0, 6)
  const [local = ''] = text.split('@')
  const kept = cut(local.normalize('NFKC').replaceAll(/[^\p{L}\p{M}\p{N}._-]+/gu, '_'))
  for (const part of [kept, kept.replaceAll(/[^A-Za-z0-9._-]+/g, '')]) {
    const parsed = parseUsername(`${part}_${suffix}`)
    // What is left of a reserved name would still be read as that of the staff.
    const bare = parseUsername(part)
    if (parsed.ok && /\p{L}/u.test(part) && !(bare.ok && isReserved(bare.value))) return parsed.value
  }
  const parsed = parseUsername(`user_${suffix}`)
  if (!parsed.ok) throw new Error(`no username follows from the key: ${parsed.code}`)
  return parsed.value
}

function cut(text: string): string {
  return Array.from(text)
    .slice(0, partLengthMax)
    .join('')
    .replaceAll(/^[^\p{L}\p{Nd}]+|[._-]+$/gu, '')
}
