import { type HashFamily, type Reading, readBase64, truncated } from '../foreign-hash.ts'
import { bcryptOf } from './bcrypt.ts'
import { withWork } from './with-work.ts'

const pbkdf2Form = /^\$pbkdf2(?:-(sha1|sha256|sha512))?\$(\d{1,9})\$([./A-Za-z0-9]*)\$([./A-Za-z0-9]+)$/
const bcryptSha256Form =
  /^\$bcrypt-sha256\$(?:v=2,t=2[ab],r=(\d{1,2})|2[ab],(\d{1,2}))\$([./A-Za-z0-9]{22})\$([./A-Za-z0-9]{31})$/
const digestBytes = { sha1: 20, sha256: 32, sha512: 64 } as const

/** What Passlib writes and no one else does. Its other formats are those of their own makers. */
export const passlib: HashFamily = {
  name: 'passlib',
  read: (text) => {
    if (text.startsWith('$pbkdf2')) return readPbkdf2(text)
    return text.startsWith('$bcrypt-sha256$') ? readBcryptSha256(text) : null
  },
}

function readPbkdf2(text: string): Reading {
  const [, digestName = 'sha1', rounds, saltText = '', digestText = ''] = pbkdf2Form.exec(text) ?? []
  const name = digestName as keyof typeof digestBytes
  const [salt, digest] = [readAdapted(saltText), readAdapted(digestText)]
  if (rounds === undefined || salt === null || digest?.length !== digestBytes[name])
    return truncated(
      'Passlib PBKDF2',
      `"$pbkdf2-${name}$" must be followed by the rounds, a salt and ${digestBytes[name]} bytes of digest`,
    )
  const work = { primitive: `pbkdf2-${name}`, parameters: [Number(rounds), digest.length] }
  return withWork({ work, encoding: 'typed', salt, digest })
}

/** bcrypt over a digest of the password, so that it reads all of it. Version 2 also mixes the salt into the digest. */
function readBcryptSha256(text: string): Reading {
  const [, cost2, cost1, salt, digest] = bcryptSha256Form.exec(text) ?? []
  const cost = cost2 ?? cost1
  if (cost === undefined || salt === undefined || digest === undefined)
    return truncated(
      'Passlib bcrypt-sha256',
      'a salt of 22 and a digest of 31 characters must follow its cost',
    )
  return bcryptOf(Number(cost), salt, digest, cost2 === undefined ? 'sha256-base64' : 'hmac-sha256-base64')
}

/** Base64 with "." in place of "+", and without padding; it may be empty. */
function readAdapted(text: string): Buffer | null {
  return text === '' ? Buffer.alloc(0) : readBase64(text.replaceAll('.', '+'))
}
