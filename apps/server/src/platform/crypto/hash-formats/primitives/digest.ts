import { createHmac, hash } from 'node:crypto'
import type { Primitive } from './primitive.ts'

export type DigestName = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

const digestBytes = { md5: 16, sha1: 20, sha224: 28, sha256: 32, sha384: 48, sha512: 64 } as const

/** No parameters. One round of a fast function is never strong enough, with salt or without. */
function once(name: DigestName, compute: (password: Buffer, salt: Buffer) => Buffer): Primitive {
  return {
    parameters: 0,
    refuse: () => null,
    isWeak: () => true,
    digestBytes: () => digestBytes[name],
    seconds: () => 0,
    compute: async (password, salt) => compute(password, salt),
  }
}

/** The salt comes before the password. */
export const saltFirst = (name: DigestName) =>
  once(name, (password, salt) => hash(name, Buffer.concat([salt, password]), 'buffer'))

/** The salt comes after the password, as in LDAP (RFC 3112 §3.2). */
export const saltLast = (name: DigestName) =>
  once(name, (password, salt) => hash(name, Buffer.concat([password, salt]), 'buffer'))

/** The salt is the key of an HMAC (RFC 2104). */
export const saltAsKey = (name: DigestName) =>
  once(name, (password, salt) => createHmac(name, salt).update(password).digest())
