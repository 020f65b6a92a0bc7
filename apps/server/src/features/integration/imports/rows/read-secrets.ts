import type { MapFields, PasswordSpec } from '../maps/format.ts'
import type { UserRow } from '../model.ts'
import type { CandidateSecret } from './model.ts'
import type { Notes } from './notes.ts'
import type { RowRules } from './rules.ts'
import { readExact, readText, specOf } from './text-field.ts'
import { rowFor, textOfValue, valueAt } from './value.ts'

/** `$2b$…`, `pbkdf2:sha256:…`, `pbkdf2_sha256$…`, `{SSHA}…`: no one types that as a password. */
const looksLikeHash = /^(?:\$[a-z0-9]|\{[A-Z0-9-]+\}|[a-z0-9_:-]+\$)/i

/** The password of a row: its hash, or the password itself if the map says that some are stored so. */
export function readPassword(user: UserRow, rules: RowRules, notes: Notes): CandidateSecret | null {
  const field = rules.variant.fields.password
  const exact = readExact(user, field)
  const text = readText(user, field)
  if (field === undefined || exact === null || text === null) return null
  const spec: PasswordSpec = specOf(field)
  const salt = spec.salt === undefined ? null : textOfValue(valueAt(rowFor(user, spec.from), spec.salt))
  const reason = rules.refuseHash(text, salt)
  if (reason === null) return { keyId: null, salt, text, form: 'hash' }
  const plain = spec.plain ?? 'refuse'
  if (plain === 'refuse' || looksLikeHash.test(text)) {
    notes.add('password', 'dropped', { code: 'hash_refused', detail: reason })
    return null
  }
  return { keyId: null, salt: null, text: exact, form: plain === 'accept' ? 'plain' : 'unclear' }
}

/** The generated secret of a row, or the hash of it. */
export function readUserSecret(user: UserRow, rules: RowRules, notes: Notes): CandidateSecret | null {
  const field: MapFields['user_secret'] = rules.variant.fields.user_secret
  if (field === undefined) return null
  const text = textOfValue(valueAt(user.row, field.column))?.trim() ?? ''
  if (text === '') return null
  const keyId = field.key_id === undefined ? null : textOfValue(valueAt(user.row, field.key_id))
  const secret = { keyId, salt: null, text }
  // Early versions of a backend stored secrets that look like bcrypt, and hashes of secrets. Only its operator knows.
  if (field.ask === true && looksLikeHash.test(text)) return { ...secret, form: 'unclear' }
  const reason = rules.refuseSecret({ keyId, text, isPlain: field.stored === 'plain' })
  if (reason === null) return { ...secret, form: field.stored }
  notes.add('user_secret', 'dropped', { code: 'secret_refused', detail: reason })
  return null
}
