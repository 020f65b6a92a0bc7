import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import type { Sealer } from '../../../platform/crypto/sealing.ts'
import type { StoredKey } from './repository.ts'

const algorithm = 'ES256'
export const sealingPurpose = 'signing_keys.private_jwk'

export type KeyPair = Pick<StoredKey, 'kid' | 'publicJwk' | 'privateJwkSealed'>

/** Its name is its thumbprint (RFC 7638); its private part leaves this function only sealed. */
export async function makeKeyPair(sealer: Sealer): Promise<KeyPair> {
  const pair = await generateKeyPair(algorithm, { extractable: true })
  const jwk = await exportJWK(pair.publicKey)
  const kid = await calculateJwkThumbprint(jwk)
  // On a command line it would be an option.
  if (kid.startsWith('-')) return await makeKeyPair(sealer)
  const privateJwk = JSON.stringify(await exportJWK(pair.privateKey))
  return {
    kid,
    publicJwk: JSON.stringify({ ...jwk, kid, alg: algorithm, use: 'sig' }),
    privateJwkSealed: sealer.seal(privateJwk, { purpose: sealingPurpose, id: kid }),
  }
}
