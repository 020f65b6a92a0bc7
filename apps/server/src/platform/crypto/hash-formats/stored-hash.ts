import { isEncoding } from './encoding.ts'
import { argon2Form, parseArgon2 } from './families/argon2.ts'
import { readByForm } from './families.ts'
import type { ForeignHash } from './foreign-hash.ts'
import { parseWork, primitiveOf, readWork, type Work, workText } from './work.ts'

/** A digest of a password, and what it was made with. */
export type InnerHash = Omit<ForeignHash, 'digest'>

/** A hash as the database has it. */
export interface StoredHash extends ForeignHash {
  /**
   * Set if the hash of another system was too weak to keep. Then the digest is that of this hash, and `work` and `salt`
   * belong to the argon2id around it. The digest inside is stored nowhere.
   */
  readonly inner: InnerHash | null
}

const importedMark = 'imported'
const wrappedMark = 'wrapped'

/** For a hash whose own form does not say everything that is needed to check it. */
export function importedText({ work, encoding, salt, digest }: ForeignHash): string {
  return ['', importedMark, workText(work), encoding, base64url(salt), base64url(digest)].join('$')
}

export function wrappedText(inner: InnerHash, outer: { work: Work; salt: Buffer; digest: Buffer }): string {
  const innerParts = [workText(inner.work), inner.encoding, base64url(inner.salt)]
  const outerParts = [workText(outer.work), base64url(outer.salt), base64url(outer.digest)]
  return ['', wrappedMark, ...innerParts, ...outerParts].join('$')
}

/** @returns null if the text is damaged, or the work of another system in it costs more than is accepted (A46) */
export function readStoredHash(text: string): StoredHash | null {
  const [, mark, ...parts] = text.split('$')
  if (mark === wrappedMark) return readWrapped(parts)
  if (mark === importedMark) return readImported(parts)
  const isNative = argon2Form.exec(text)?.[1] === 'id'
  const reading = isNative ? parseArgon2(text) : readByForm(text, {})
  if (reading?.kind !== 'hash') return null
  // New passwords are hashed in NFKC form, and so are those of argon2id hashes in the form in which this server writes.
  return { ...reading.hash, ...(isNative && { encoding: 'nfkc' as const }), inner: null }
}

function readImported(parts: readonly string[]): StoredHash | null {
  const [workPart = '', encoding = '', saltPart = '', digestPart = ''] = parts
  const inner = readInner(workPart, encoding, saltPart)
  const digest = readBase64url(digestPart)
  if (parts.length !== 4 || inner === null || digest === null) return null
  return hasLength(inner.work, digest) ? { ...inner, digest, inner: null } : null
}

function readWrapped(parts: readonly string[]): StoredHash | null {
  const [workPart = '', encoding = '', saltPart = '', ...outerParts] = parts
  const inner = readInner(workPart, encoding, saltPart)
  const [outerWork = '', outerSalt = '', outerDigest = ''] = outerParts
  // Its cost was that of this server when it was made.
  const [work, salt, digest] = [parseWork(outerWork), readBase64url(outerSalt), readBase64url(outerDigest)]
  if (inner === null || work === null || salt === null || digest === null) return null
  if (parts.length !== 6 || work.primitive !== 'argon2id' || !hasLength(work, digest)) return null
  if (!takesSalt(work, salt)) return null
  return { work, encoding: inner.encoding, salt, digest, inner }
}

function readInner(workPart: string, encoding: string, saltPart: string): InnerHash | null {
  const [work, salt] = [readWork(workPart), readBase64url(saltPart)]
  return work === null || salt === null || !isEncoding(encoding) || !takesSalt(work, salt)
    ? null
    : { work, encoding, salt }
}

function hasLength(work: Work, digest: Buffer): boolean {
  return digest.length === primitiveOf(work).digestBytes(work.parameters)
}

function takesSalt(work: Work, salt: Buffer): boolean {
  const { min, max } = primitiveOf(work).saltBytes ?? { min: 0, max: Number.MAX_SAFE_INTEGER }
  return salt.length >= min && salt.length <= max
}

function base64url(bytes: Buffer): string {
  return bytes.toString('base64url')
}

function readBase64url(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64url')
  return base64url(bytes) === text ? bytes : null
}
