import { BoundedMap } from '../bounded-map.ts'
import type { VerifiedToken } from './verify.ts'

/** A token that has been verified, and how far it has been compared with the revocations. */
export interface CheckedToken extends VerifiedToken {
  readonly credential: string
  /** The version of the revocations when the token was last compared with them. */
  checkedVersion: number
}

const rememberedMax = 10_000
/** Enough of the signature that no two tokens share it. */
const keyLength = 43

/**
 * The tokens that were seen last. Only what was verified is remembered, so callers cannot fill it with what they make
 * up. They are found by the end of their signature: to hash the whole token would cost more than all other checks of a
 * known token together.
 */
export class VerifiedTokens {
  readonly #tokens = new BoundedMap<CheckedToken>(rememberedMax)

  get(credential: string): CheckedToken | undefined {
    const token = this.#tokens.get(credential.slice(-keyLength))
    // The signature alone would let in another token with the same end.
    return token?.credential === credential ? token : undefined
  }

  set(token: CheckedToken): void {
    this.#tokens.set(token.credential.slice(-keyLength), token)
  }

  delete({ credential }: CheckedToken): void {
    this.#tokens.delete(credential.slice(-keyLength))
  }
}
