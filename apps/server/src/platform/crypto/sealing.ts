import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { DerivedKeys, type MasterSecrets } from './derived-keys.ts'

/** The place of a sealed value: its use, such as `signing_key.private`, and the id of its row. */
export interface SealingContext {
  /** One of a few constants in the code, never data: each has its own key, which stays in memory. */
  readonly purpose: string
  readonly id: string
}

/** One step through the sealed values of a feature. */
export interface ResealStep {
  /** The number of values that a previous secret had sealed. */
  readonly outdated: number
  /** The start of the next step; null at the end. */
  readonly next: string | null
}

/** The value was sealed with a master secret that this server does not have. */
export class WrongMasterSecret extends Error {
  readonly summary: string
  readonly advice: string

  constructor(sealedWith: string, current: string) {
    const summary = `The master secret does not match this data, which was sealed with secret ${sealedWith}, not with ${current}.`
    const advice =
      'Start the server with the secret that sealed the data, or, during a rotation, add it to ' +
      'PROXIMA_SECRET_PREVIOUS.'
    super(`${summary} ${advice}`)
    this.name = 'WrongMasterSecret'
    this.summary = summary
    this.advice = advice
  }
}

/** The value was changed, or it is not in the row and column that it was sealed for. */
export class DamagedSeal extends Error {
  readonly summary: string
  readonly advice = 'Restore it from a backup.'

  constructor({ purpose, id }: SealingContext) {
    const summary = `A sealed value (${purpose} of ${id}) cannot be opened: it was changed, cut short, or moved from another row.`
    super(`${summary} Restore it from a backup.`)
    this.name = 'DamagedSeal'
    this.summary = summary
  }
}

const version = 'v1'
const cipher = 'aes-256-gcm'
const nonceBytes = 12
// The full tag: the safety of GCM falls faster than the length of its tag (NIST SP 800-38D appendix C).
const tagBytes = 16

interface Sealed {
  readonly keyId: string
  readonly nonce: Buffer
  readonly ciphertext: Buffer
  readonly tag: Buffer
}

/**
 * Encrypts values that must be read back, such as signing keys, before they are stored, so that the database alone
 * reveals nothing. A sealed value is `v1.<key id>.<nonce>.<ciphertext and tag>` in base64url, some 60
 * characters longer than four thirds of the plaintext.
 */
export class Sealer {
  readonly #current: DerivedKeys
  readonly #byKeyId: ReadonlyMap<string, DerivedKeys>

  constructor({ current, previous = [] }: MasterSecrets) {
    this.#current = new DerivedKeys(current)
    const all = [...previous.map((secret) => new DerivedKeys(secret)), this.#current]
    this.#byKeyId = new Map(all.map((keys) => [keys.id, keys]))
  }

  /** The fingerprint of the current master secret: 11 base64url characters that may be shown. */
  get keyId(): string {
    return this.#current.id
  }

  /** The fingerprints of all master secrets, the current one first. */
  get keyIds(): readonly string[] {
    return [this.keyId, ...[...this.#byKeyId.keys()].filter((id) => id !== this.keyId)]
  }

  seal(plaintext: string, context: SealingContext): string {
    // UTF-8 has no lone surrogates: Node would store U+FFFD instead, and the loss would be noticed too late.
    if (!plaintext.isWellFormed()) throw new TypeError('Only well-formed text can be sealed.')
    // Random nonces are safe for 2^32 values per key (NIST SP 800-38D §8.3), more than any purpose seals.
    const nonce = randomBytes(nonceBytes)
    const key = this.#current.keyFor(`seal/${context.purpose}`)
    const encryption = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes })
    encryption.setAAD(associatedData(this.#current.id, context))
    const ciphertext = Buffer.concat([encryption.update(plaintext, 'utf8'), encryption.final()])
    const body = Buffer.concat([ciphertext, encryption.getAuthTag()])
    return [version, this.#current.id, nonce.toString('base64url'), body.toString('base64url')].join('.')
  }

  /** Throws WrongMasterSecret or DamagedSeal. */
  open(sealed: string, context: SealingContext): string {
    const parts = parse(sealed)
    if (!parts) throw new DamagedSeal(context)
    const keys = this.#byKeyId.get(parts.keyId)
    if (!keys) throw new WrongMasterSecret(parts.keyId, this.keyId)
    const key = keys.keyFor(`seal/${context.purpose}`)
    const decryption = createDecipheriv(cipher, key, parts.nonce, { authTagLength: tagBytes })
    decryption.setAAD(associatedData(parts.keyId, context))
    decryption.setAuthTag(parts.tag)
    try {
      return Buffer.concat([decryption.update(parts.ciphertext), decryption.final()]).toString('utf8')
    } catch {
      throw new DamagedSeal(context)
    }
  }

  /**
   * Seals the value again with the current secret; null if the current secret has already sealed it. Throws as `open`
   * does.
   */
  reseal(sealed: string, context: SealingContext): string | null {
    return this.isSealedWithCurrent(sealed) ? null : this.seal(this.open(sealed, context), context)
  }

  /** False if a rotation must still seal the value again. */
  isSealedWithCurrent(sealed: string): boolean {
    return sealed.startsWith(`${version}.${this.keyId}.`)
  }
}

/** Bound to the ciphertext and not stored in it. As JSON lists, no two contexts have the same bytes. */
function associatedData(keyId: string, { purpose, id }: SealingContext): Buffer {
  return Buffer.from(JSON.stringify([version, keyId, purpose, id]))
}

const form = /^v1\.([\w-]{11})\.([\w-]{16})\.([\w-]{22,})$/

function parse(sealed: string): Sealed | null {
  const [, keyId, nonce, body] = form.exec(sealed) ?? []
  if (keyId === undefined || nonce === undefined || body === undefined) return null
  const bytes = Buffer.from(body, 'base64url')
  // The last character may hold bits that decode to nothing, but a value must have one spelling.
  if (bytes.toString('base64url') !== body) return null
  return {
    keyId,
    nonce: Buffer.from(nonce, 'base64url'),
    ciphertext: bytes.subarray(0, -tagBytes),
    tag: bytes.subarray(-tagBytes),
  }
}
