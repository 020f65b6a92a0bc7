import { digestSecret } from '../../../platform/crypto/digests.ts'
import { readImportedHash } from '../../../platform/crypto/imported-hash.ts'
import { readGivenSecret } from './given-secret.ts'
import type { StoredSecret } from './repository.ts'

/** What another system had stored. */
export interface ForeignSecret {
  readonly keyId: string | null
  /** The secret itself, or a hash of it, or of its part after the dot if there is a key id. */
  readonly value: string
  /** True if the value is the secret itself. A secret may look like a hash, so the caller must say it. */
  readonly isPlain: boolean
}

export type ImportedSecret =
  | { readonly kind: 'accepted'; readonly stored: StoredSecret }
  | { readonly kind: 'refused'; readonly reason: string }

const secretLengthMin = 22

/** Reads a user secret that another system made and stored. It is hashed here if that system had kept it in plain. */
export function readImportedSecret({ keyId, value, isPlain }: ForeignSecret): ImportedSecret {
  if (isPlain) return readPlain(keyId, value)
  if (keyId === null)
    return refused(
      'A hash of a secret without a key id cannot be found when its owner signs in. The owner needs a new secret.',
    )
  if (/^[0-9a-f]{64}$/i.test(value)) {
    const digest = Buffer.from(value, 'hex').toString('base64url')
    return { kind: 'accepted', stored: { keyId, digest, importedHash: null } }
  }
  // A weak hash is no danger here: the secret is random, and no one can guess it.
  const imported = readImportedHash(value, { family: 'bcrypt' })
  if (imported.kind === 'refused') return imported
  if (!value.startsWith('$2')) return refused('Only bcrypt and SHA-256 hashes of secrets are accepted.')
  return { kind: 'accepted', stored: { keyId, digest: null, importedHash: value } }
}

function readPlain(keyId: string | null, value: string): ImportedSecret {
  const given = readGivenSecret(value)
  const secret = keyId === null ? given : { keyId, secret: given.keyId === keyId ? given.secret : value }
  // NIST SP 800-63B-4 §3.1.2.2: a fast digest protects only secrets of 112 bits and more. 22 Base64 characters have 132.
  if (secret.secret.length < secretLengthMin)
    return refused(`This secret has fewer than ${secretLengthMin} characters, so it could be guessed.`)
  const stored = { keyId: secret.keyId, digest: digestSecret(secret.secret), importedHash: null }
  return { kind: 'accepted', stored }
}

function refused(reason: string): ImportedSecret {
  return { kind: 'refused', reason }
}
