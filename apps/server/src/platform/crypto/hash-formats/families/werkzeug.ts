import { type HashFamily, type Reading, readHex, refused, truncated } from '../foreign-hash.ts'
import type { Work } from '../work.ts'
import { withWork } from './with-work.ts'

const digestBytes: Readonly<Record<string, number>> = {
  md5: 16,
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
}
const scryptBytes = 64

/** The method of Werkzeug: `pbkdf2:sha256:600000`, `scrypt:32768:8:1`, or the name of a digest, in its old versions. */
const form =
  /^(pbkdf2(?::[\w:]*)?|scrypt(?::[\d:]*)?|md5|sha1|sha224|sha256|sha384|sha512)\$([^$]*)\$([^$]*)$/

/** What `generate_password_hash` of Werkzeug writes: the method, the salt as text, and the digest in hexadecimal digits. */
export const werkzeug: HashFamily = {
  name: 'werkzeug',
  read: (text, { family }) => {
    const [, method, salt = '', hex = ''] = form.exec(text) ?? []
    if (method === undefined) return /^(?:pbkdf2|scrypt):/.test(text) ? cutInside(text) : null
    const [name = '', ...rest] = method.split(':')
    if (name === 'pbkdf2') return readPbkdf2(rest, salt, hex)
    if (name === 'scrypt') return method === 'scrypt' ? null : readScrypt(text, rest, salt, hex)
    if ((name === 'md5' || name === 'sha1') && family !== 'werkzeug') return null
    return readDigest(name, salt, hex)
  },
}

function cutInside(text: string): Reading {
  return truncated('Werkzeug', `"${text.split(/[:$]/, 1)[0]}" must be followed by a salt and a digest`)
}

function readPbkdf2(rest: readonly string[], salt: string, hex: string): Reading {
  // Werkzeug's own defaults before it wrote them: `pbkdf2:sha1$` had 1,000 iterations.
  const [digest = 'sha1', iterations = '1000'] = rest
  const length = ['sha1', 'sha256', 'sha512'].includes(digest) ? digestBytes[digest] : undefined
  if (length === undefined || rest.length > 2 || !/^\d{1,9}$/.test(iterations))
    return refused(`The method of this Werkzeug hash is not known: PBKDF2 with ${digest.slice(0, 20)}.`)
  const work = { primitive: `pbkdf2-${digest}`, parameters: [Number(iterations), length] }
  return withHex(work, salt, hex, length)
}

function readScrypt(text: string, rest: readonly string[], salt: string, hex: string): Reading {
  const parameters = [...rest.map(Number), scryptBytes]
  if (rest.length !== 3) return refused('The method of this Werkzeug hash is not "scrypt:N:r:p".')
  const digest = readHex(hex, scryptBytes)
  // A column of 128 characters cuts it, and then no password matches: with a salt of 16, a whole one has 162.
  if (digest === null)
    return truncated(
      'Werkzeug scrypt',
      `it has ${text.length} characters, of which ${hex.length} are the digest, and a complete digest has ${scryptBytes * 2}`,
    )
  return withHex({ primitive: 'scrypt', parameters }, salt, hex, scryptBytes)
}

/** One HMAC, with the salt as its key; one plain digest if there is no salt. */
function readDigest(name: string, salt: string, hex: string): Reading {
  const primitive = salt === '' ? `${name}-salt-first` : `${name}-hmac`
  return withHex({ primitive, parameters: [] }, salt, hex, digestBytes[name] ?? 0)
}

function withHex(work: Work, salt: string, hex: string, length: number): Reading {
  const digest = readHex(hex, length)
  if (digest === null)
    return truncated(
      'Werkzeug',
      `its digest has ${hex.length} characters, and a complete one has ${length * 2}`,
    )
  return withWork({ work, encoding: 'typed', salt: Buffer.from(salt), digest })
}
