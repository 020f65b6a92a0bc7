import { createHmac, hash } from 'node:crypto'
import type { Primitive } from './primitive.ts'

export type DigestName = 'md5' | 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'

/** No parameters. One round of a fast function is never strong enough, with salt or without. */
function once(compute: (password: Buffer, salt: Buffer) => Buffer): Primitive {
  return {
    parameters: 0,
    refuse: () => null,
    isWeak: () => true,
    compute: async (password, salt) => compute(password, salt),
  }
}

/** The salt comes before the password. */
export const saltFirst = (name: DigestName) =>
  once((password, salt) => hash(name, Buffer.concat([salt, password]), 'buffer'))

/** The salt comes after the password, as in LDAP (RFC 3112 §3.2). */
export const saltLast = (name: DigestName) =>
  once((password, salt) => hash(name, Buffer.concat([password, salt]), 'buffer'))

/** The salt is the key of an HMAC (RFC 2104). */
export const saltAsKey = (name: DigestName) =>
  once((password, salt) => createHmac(name, salt).update(password).digest())
