import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import type { Sealer } from '../../../platform/crypto/sealing.ts'
import type { KeyAlgorithm } from './model.ts'
import type { StoredKey } from './repository.ts'

export const sealingPurpose = 'signing_keys.private_jwk'

export type KeyPair = Pick<StoredKey, 'kid' | 'algorithm' | 'publicJwk' | 'privateJwkSealed'>

/** Makes a key pair, named by its thumbprint (RFC 7638). Its private part leaves this function only sealed. */
export async function makeKeyPair(sealer: Sealer, algorithm: KeyAlgorithm): Promise<KeyPair> {
  const pair = await generateKeyPair(algorithm, { extractable: true })
  const jwk = await exportJWK(pair.publicKey)
  const kid = await calculateJwkThumbprint(jwk)
  // On a command line, an id with a leading hyphen would look like an option.
  if (kid.startsWith('-')) return await makeKeyPair(sealer, algorithm)
  const privateJwk = JSON.stringify(await exportJWK(pair.privateKey))
  return {
    kid,
    algorithm,
    publicJwk: JSON.stringify({ ...jwk, kid, alg: algorithm, use: 'sig' }),
    privateJwkSealed: sealer.seal(privateJwk, { purpose: sealingPurpose, id: kid }),
  }
}
