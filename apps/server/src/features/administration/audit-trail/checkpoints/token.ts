import type { KeyObject } from 'node:crypto'
import { InvalidJws, signCompact, verifyCompact } from '../../../../platform/crypto/jws.ts'
import type { SigningKey } from '../statements.ts'

/** What a server says of the chain at one moment. Kept elsewhere, it shows every later change of what was before. */
export interface Checkpoint {
  /** The last block. */
  readonly block: number
  readonly hash: string
  readonly at: Date
}

/** Its own type, so that it passes for no token of another kind (RFC 8725 §3.11). */
const typ = 'proxima-audit-checkpoint+jws'

/** JWS in compact form, with the claims `block`, `hash` and `iat`. */
export async function writeCheckpoint(
  { block, hash, at }: Checkpoint,
  { kid, privateKey }: SigningKey,
): Promise<string> {
  return await signCompact({ kid, typ }, { block, hash, iat: Math.floor(at.getTime() / 1_000) }, privateKey)
}

/** Null for anything that no server has signed. */
export async function readCheckpoint(
  token: string,
  keys: ReadonlyMap<string, KeyObject>,
): Promise<Checkpoint | null> {
  try {
    const findKey = async (kid: string) => keys.get(kid) ?? null
    const { payload } = await verifyCompact(token, { typ, findKey })
    const { block, hash, iat } = payload
    if (typeof block !== 'number' || typeof hash !== 'string' || typeof iat !== 'number') return null
    return { block, hash, at: new Date(iat * 1_000) }
  } catch (error) {
    if (error instanceof InvalidJws) return null
    throw error
  }
}
