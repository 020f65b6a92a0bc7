import { createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { makeTestKey } from '../../../tests/support/forged-tokens.ts'
import { signEs256 } from './es256.ts'
import { verifySignature } from './jws.ts'

const header = Buffer.from(JSON.stringify({ alg: 'ES256' })).toString('base64url')
const text = `${header}.${Buffer.from('{"sub":"amina"}').toString('base64url')}`

describe('an ES256 signature', () => {
  it('A74: always has 64 bytes and verifies, also where r or s begins with zeros', async () => {
    const { publicKey, privateKey } = makeTestKey('key')
    // One in 128 signatures has such an r or s.
    for (let count = 0; count < 1_000; count++) {
      const signature = signEs256(text, privateKey)
      expect(signature).toHaveLength(64)
      expect(await verifySignature(`${text}.${signature.toString('base64url')}`, publicKey)).toBe(true)
    }
  })

  const otherKeys: Record<string, () => KeyObject> = {
    'a public key': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey,
    'a key on another curve': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
    'an RSA key': () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    'an Ed25519 key': () => generateKeyPairSync('ed25519').privateKey,
    'a secret': () => createSecretKey(Buffer.alloc(32)),
  }
  it.each(Object.entries(otherKeys))('is not made with %s', (_name, makeKey) => {
    expect(() => signEs256(text, makeKey())).toThrow(TypeError)
  })
})
