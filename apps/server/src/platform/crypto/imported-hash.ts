import { readByForm } from './hash-formats/families.ts'
import type { ForeignHash, HashHints } from './hash-formats/foreign-hash.ts'
import { importedText, readStoredHash, type StoredHash } from './hash-formats/stored-hash.ts'
import { isWeak, refuseWork, workText } from './hash-formats/work.ts'

/** What becomes of the password hash of another system. */
export type ImportedHash =
  /** Store this text. */
  | { readonly kind: 'accepted'; readonly stored: string }
  /** A stolen copy would be tried too fast. Store what `PasswordHasher.wrap` makes of it. */
  | { readonly kind: 'weak'; readonly hash: ForeignHash }
  /** The reason is a sentence for the operator. It does not contain the hash. */
  | { readonly kind: 'refused'; readonly reason: string }

/**
 * Stored for an account whose hash could not be imported: the system that has it is asked at the first sign-in. No text
 * of another system has this form.
 */
export const checkedByOldBackend = '$old-backend$'

/** What the column holds. */
const storedLengthMax = 254
/** So that it also fits into the column with argon2id around it. */
const saltMaxBytes = 64
/** No hash is longer; an export from Firebase is 88 characters. */
const textLengthMax = 512

const unreadable =
  'This is not a password hash that Proxima knows. Copy the complete hash from the other system. The guide to ' +
  'operations lists the forms; a few need the family of the hash, too, because their form does not say it.'
const tooLong = `This hash is too long to be stored: it has more than ${storedLengthMax} characters, or a salt of more than ${saltMaxBytes} bytes.`
const ambiguous =
  'Both Django and Werkzeug write "md5$…" and "sha1$…", and compute them in different ways. Give the family of the hash, too.'

/** Reads the password hash of another system, and decides how it is stored. It computes nothing. */
export function readImportedHash(text: string, hints: HashHints = {}): ImportedHash {
  if (text.length > textLengthMax) return { kind: 'refused', reason: unreadable }
  if (text.startsWith('$wrapped$') || text.startsWith('$imported$')) return readOwn(text)
  const reading = readByForm(text, hints)
  if (reading === null) {
    const reason = /^(?:md5|sha1)\$/.test(text) ? ambiguous : unreadable
    return { kind: 'refused', reason }
  }
  if (reading.kind === 'refused') return reading
  if (reading.hash.salt.length > saltMaxBytes) return { kind: 'refused', reason: tooLong }
  if (isWeak(reading.hash.work)) return { kind: 'weak', hash: reading.hash }
  const stored = storedForm(text, reading.hash, hints)
  return stored.length > storedLengthMax ? { kind: 'refused', reason: tooLong } : { kind: 'accepted', stored }
}

/**
 * What checking a stored hash costs besides the argon2id of this server, such as `bcrypt,12`; null for a hash that this
 * server could have made.
 */
export function importedWorkOf(stored: string): string | null {
  if (stored === checkedByOldBackend) return null
  const hash = readStoredHash(stored)
  if (hash === null) return null
  if (hash.inner !== null) return workText(hash.inner.work)
  return hash.work.primitive === 'argon2id' && hash.encoding === 'nfkc' ? null : workText(hash.work)
}

/** As it is, if that can be read again without the hints. An export can then be read by other systems, too. */
function storedForm(text: string, hash: ForeignHash, { family }: HashHints): string {
  // The two lines of Keycloak are longer than the column, and no other system reads them.
  if (text.includes('\n')) return importedText(hash)
  const again = readStoredHash(text)
  const isOwn = family === undefined && again?.encoding === 'nfkc' && again.work.primitive === 'argon2id'
  if (isOwn) return text
  return again !== null && importedText(again) === importedText(hash) ? text : importedText(hash)
}

/** From another Proxima. */
function readOwn(text: string): ImportedHash {
  const hash = readStoredHash(text)
  // A Proxima wraps what is weak, so a weak one without argon2id around it is not from there.
  const isAccepted = hash !== null && isAcceptedFrom(hash) && text.length <= storedLengthMax
  if (isAccepted) return { kind: 'accepted', stored: text }
  return {
    kind: 'refused',
    reason: 'This hash of another Proxima is incomplete or damaged, or costs too much.',
  }
}

function isAcceptedFrom({ inner, work }: StoredHash): boolean {
  return refuseWork(work) === null && (inner !== null || !isWeak(work))
}

/** In bytes: what every Proxima writes. */
const ownDigestBytes = 32

/**
 * True if this server can check the stored hash: it is complete, and costs no more than is accepted (A46). For a hash
 * that comes as another Proxima stored it; what its own hashes cost was for its operator to decide.
 */
export function isCheckable(stored: string): boolean {
  if (stored === checkedByOldBackend) return true
  const hash = readStoredHash(stored)
  if (hash === null || stored.length > storedLengthMax) return false
  return importedWorkOf(stored) !== null || hash.digest.length === ownDigestBytes
}
