import {
  type HashFamily,
  type HashFamilyName,
  type Reading,
  readBase64,
  readHex,
  truncated,
} from '../foreign-hash.ts'

const ldapForm = /^\{(SMD5|SSHA|SSHA256|SSHA512|MD5|SHA|SHA256|SHA512)\}(.*)$/i
const digestBytes = { md5: 16, sha1: 20, sha256: 32, sha512: 64 } as const
type Name = keyof typeof digestBytes

/** `userPassword` of an LDAP directory: the digest with the salt after it, in Base64 (RFC 3112). */
export const ldap: HashFamily = {
  name: 'ldap',
  read: (text) => {
    const [, scheme, body = ''] = ldapForm.exec(text) ?? []
    if (scheme === undefined) return null
    const name = nameOf(scheme)
    const bytes = readBase64(body)
    const length = digestBytes[name]
    const isSalted = /^S(?:MD5|SHA)/i.test(scheme)
    // Directories always write the padding, so its absence shows that the end is lost.
    if (
      bytes === null ||
      body.length % 4 !== 0 ||
      (isSalted ? bytes.length <= length : bytes.length !== length)
    )
      return truncated(
        'LDAP',
        `"{${scheme}}" must be followed by ${length} bytes${isSalted ? ' and a salt' : ''} in Base64`,
      )
    return accept(`${name}-salt-last`, bytes.subarray(length), bytes.subarray(0, length))
  },
}

function nameOf(scheme: string): Name {
  if (/MD5$/i.test(scheme)) return 'md5'
  if (/256$/.test(scheme)) return 'sha256'
  return /512$/.test(scheme) ? 'sha512' : 'sha1'
}

/**
 * One plain digest, alone, or as `name$salt$digest` or with the salt given apart: then the salt was before the password.
 * Their form alone does not say so: a digest alone could also be a plain secret.
 */
function plain(name: Name & HashFamilyName): HashFamily {
  const form = new RegExp(`^(?:${name}\\$([^$]*)\\$)?([0-9a-f]+)$`, 'i')
  return {
    name,
    read: (text, { family, salt: given }) => {
      if (family !== name) return null
      const [, salt = given ?? '', hex] = form.exec(text) ?? []
      const digest = readHex(hex ?? '', digestBytes[name])
      if (digest === null || digest.length === 0)
        return truncated(name, `it must be ${digestBytes[name] * 2} hexadecimal digits`)
      return accept(`${name}-salt-first`, Buffer.from(salt), digest)
    },
  }
}

export const plainDigests = [plain('md5'), plain('sha1'), plain('sha256'), plain('sha512')]

function accept(primitive: string, salt: Buffer, digest: Buffer): Reading {
  return { kind: 'hash', hash: { work: { primitive, parameters: [] }, encoding: 'typed', salt, digest } }
}
