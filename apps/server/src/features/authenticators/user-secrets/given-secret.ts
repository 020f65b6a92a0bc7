/** A secret as its owner gives it: `key id.secret` from a system that finds secrets by a key id, or one text. */
export interface GivenSecret {
  readonly keyId: string | null
  /** What is hashed: the part after the dot, or the whole text. */
  readonly secret: string
}

/** Secrets of this server have no dot. A key id has no "$", so that a secret that looks like a bcrypt hash has none. */
const keyed = /^([A-Za-z0-9_-]{1,128})\.([^.]+)$/

export function readGivenSecret(text: string): GivenSecret {
  const [, keyId, secret] = keyed.exec(text) ?? []
  return keyId === undefined || secret === undefined ? { keyId: null, secret: text } : { keyId, secret }
}
