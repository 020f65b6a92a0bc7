import { type HashFamily, readHex, truncated } from '../foreign-hash.ts'

const digestBytes = 64
/** Always these: N, r, p, and the bytes of output. */
const parameters = [16_384, 16, 1, digestBytes]

/** `salt:digest`, both in hexadecimal digits. The salt is hashed as text, and the password in NFKC form. */
export const betterAuth: HashFamily = {
  name: 'better-auth',
  read: (text, { family }) => {
    const [, salt, hex = ''] = /^([0-9a-f]{32}):([0-9a-f]*)$/.exec(text) ?? []
    // MD5 with a salt in some shops is `32 digits:salt`: only a long second part is from Better Auth for certain.
    if (salt === undefined || (family !== 'better-auth' && hex.length <= 64)) return null
    const digest = readHex(hex, digestBytes)
    if (digest === null)
      return truncated(
        'Better Auth',
        `its digest has ${hex.length} characters, and a complete one has ${digestBytes * 2}`,
      )
    const work = { primitive: 'scrypt', parameters }
    return { kind: 'hash', hash: { work, encoding: 'nfkc', salt: Buffer.from(salt), digest } }
  },
}
