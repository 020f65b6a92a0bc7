import type { Issuer } from './issuer.ts'
import type { SigningKey } from './signing-key.ts'
import type { Subject } from './subject.ts'

/** An issuer, and a guard that trusts it. */
export interface World {
  readonly issuer: Issuer
  /** The key with which the issuer signs at the beginning of a case. */
  firstKey: SigningKey
  /** Null until it is started. */
  subject: Subject | null
}
