import { type HashFamily, readBase64, refused, truncated } from '../foreign-hash.ts'
import { withWork } from './with-work.ts'

const digestBytes = 64

const needsParameters =
  'A hash from Firebase needs its salt and the hash parameters of the project: base64_signer_key, base64_salt_separator, rounds and mem_cost. The Firebase console shows them at Authentication, Users, Password hash parameters.'

/** The scrypt of Firebase: `passwordHash` of an export in Base64, with `salt` and the parameters of the project beside it. */
export const firebase: HashFamily = {
  name: 'firebase',
  read: (text, { family, firebase: given, salt: saltText = '' }) => {
    if (family !== 'firebase') return null
    if (given === undefined) return refused(needsParameters)
    const [signerKey, separator] = [given.signerKey, given.saltSeparator].map(anyBase64)
    const salt = anyBase64(saltText)
    if (signerKey?.length !== digestBytes || salt === null || separator === undefined || separator === null)
      return refused(needsParameters)
    const hash = anyBase64(text)
    if (hash?.length !== digestBytes)
      return truncated('Firebase', `it has ${hash?.length ?? 0} bytes, and a complete one has ${digestBytes}`)
    const work = { primitive: 'firebase-scrypt', parameters: [2 ** given.memoryCost, given.rounds] }
    // The hash is the key of the project, encrypted with the key stream. So both together give the key stream.
    const digest = hash.map((byte, index) => byte ^ signerKey.readUInt8(index))
    const wholeSalt = Buffer.concat([salt, separator])
    return withWork({ work, encoding: 'typed', salt: wholeSalt, digest: Buffer.from(digest) })
  },
}

/** Exports use either alphabet. */
function anyBase64(text: string): Buffer | null {
  return readBase64(text.replaceAll('-', '+').replaceAll('_', '/'))
}
