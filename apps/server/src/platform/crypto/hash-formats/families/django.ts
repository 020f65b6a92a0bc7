import { type HashFamily, type Reading, readBase64, readHex, refused, truncated } from '../foreign-hash.ts'
import type { Work } from '../work.ts'
import { readArgon2 } from './argon2.ts'
import { readBcrypt } from './bcrypt.ts'
import { withWork } from './with-work.ts'

const pbkdf2Form = /^pbkdf2_(sha1|sha256)\$(\d{1,9})\$([^$]*)\$([^$]*)$/
const scryptForm = /^scrypt\$(\d{1,10})\$([^$]*)\$(\d{1,3})\$(\d{1,3})\$([^$]*)$/
const saltedForm = /^(md5|sha1)\$([^$]*)\$([0-9a-f]*)$/

const pbkdf2Bytes = { sha1: 20, sha256: 32 } as const
const saltedBytes = { md5: 16, sha1: 20 } as const
const scryptBytes = 64

/** What Django's password hashers write: the algorithm, its parameters, the salt as text, and the digest in Base64. */
export const django: HashFamily = {
  name: 'django',
  read: (text, { family }) => {
    if (text.startsWith('pbkdf2_')) return readPbkdf2(text)
    if (text.startsWith('scrypt$')) return readScrypt(text)
    if (text.startsWith('argon2$')) return readArgon2(text.slice('argon2'.length))
    if (text.startsWith('bcrypt$')) return readBcrypt(text.slice('bcrypt$'.length), 'bcrypt')
    if (text.startsWith('bcrypt_sha256$'))
      return readBcrypt(text.slice('bcrypt_sha256$'.length), 'sha256-hex')
    if (family !== 'django') return null
    return text.startsWith('!') ? refused(unusable) : readSalted(text)
  },
}

const unusable = 'Django marks this account as one without a password ("!…"). Its owner must set one.'

function readPbkdf2(text: string): Reading {
  const [, name, iterations, salt = '', digestText = ''] = pbkdf2Form.exec(text) ?? []
  const digest = readBase64(digestText)
  const length = pbkdf2Bytes[name as keyof typeof pbkdf2Bytes]
  if (name === undefined || digest?.length !== length)
    return truncated(
      'Django PBKDF2',
      '"pbkdf2_sha256$" must be followed by the iterations, a salt and a digest',
    )
  return accept({ primitive: `pbkdf2-${name}`, parameters: [Number(iterations), length] }, salt, digest)
}

function readScrypt(text: string): Reading {
  const [, n, salt = '', r, p, digestText = ''] = scryptForm.exec(text) ?? []
  const digest = readBase64(digestText)
  if (digest?.length !== scryptBytes)
    return truncated(
      'Django scrypt',
      '"scrypt$" must be followed by N, a salt, r, p and a digest of 64 bytes',
    )
  return accept({ primitive: 'scrypt', parameters: [n, r, p, scryptBytes].map(Number) }, salt, digest)
}

/** One round, from before Django 1.4. */
function readSalted(text: string): Reading | null {
  const [, name, salt = '', hex = ''] = saltedForm.exec(text) ?? []
  if (name === undefined) return null
  const length = saltedBytes[name as keyof typeof saltedBytes]
  const digest = readHex(hex, length)
  if (digest === null)
    return truncated(
      'Django',
      `its digest has ${hex.length} characters, and a complete one has ${length * 2}`,
    )
  return accept({ primitive: `${name}-salt-first`, parameters: [] }, salt, digest)
}

function accept(work: Work, salt: string, digest: Buffer): Reading {
  return withWork({ work, encoding: 'typed', salt: Buffer.from(salt), digest })
}
