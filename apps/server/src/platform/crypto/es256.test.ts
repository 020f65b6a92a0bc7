import { type CryptoKey, exportJWK, generateKeyPair, importJWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { signEs256 } from './es256.ts'
import { verifySignature } from './jws.ts'

const header = Buffer.from(JSON.stringify({ alg: 'ES256' })).toString('base64url')
const text = `${header}.${Buffer.from('{"sub":"amina"}').toString('base64url')}`

describe('an ES256 signature', () => {
  it('A74: always has 64 bytes and verifies, also where r or s begins with zeros', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    // One in 128 signatures has such an r or s.
    for (let count = 0; count < 1_000; count++) {
      const signature = signEs256(text, privateKey)
      expect(signature).toHaveLength(64)
      expect(await verifySignature(`${text}.${signature.toString('base64url')}`, publicKey)).toBe(true)
    }
  })

  const otherKeys: Record<string, () => Promise<CryptoKey>> = {
    'a public key': async () => (await generateKeyPair('ES256')).publicKey,
    'a key on another curve': async () => (await generateKeyPair('ES384')).privateKey,
    'a key of another algorithm': async () => (await generateKeyPair('RS256')).privateKey,
    'an Ed25519 key': async () => (await generateKeyPair('EdDSA')).privateKey,
    'a key that may only agree on keys': async () => {
      const { privateKey } = await generateKeyPair('ES256', { extractable: true })
      return (await importJWK(await exportJWK(privateKey), 'ECDH-ES')) as CryptoKey
    },
  }
  it.each(Object.entries(otherKeys))('is not made with %s', async (_name, makeKey) => {
    const key = await makeKey()
    for (const _again of [1, 2]) expect(() => signEs256(text, key)).toThrow(TypeError)
  })
})
