import { bcryptBytes, type EncodingName } from '../encoding.ts'
import { type HashFamily, type Reading, refused, truncated } from '../foreign-hash.ts'
import { withWork } from './with-work.ts'

/** `$2x$` is left out: it marks hashes of a faulty bcrypt, which a correct one cannot check. */
const form = /^\$2[aby]\$(\d\d)\$([./A-Za-z0-9]{21}[.Oeu])([./A-Za-z0-9]{30}[.CGKOSWaeimquy26])$/
const characters = 60

export const bcrypt: HashFamily = {
  name: 'bcrypt',
  read: (text, { isPeppered }) =>
    text.startsWith('$2') ? readBcrypt(text, isPeppered === true ? 'bcrypt-pepper' : 'bcrypt') : null,
}

/** bcrypt over the password and the pepper of the application. */
export const devise: HashFamily = { name: 'devise', read: bcrypt.read }

export function readBcrypt(text: string, encoding: EncodingName): Reading {
  const [, cost, saltText, digestText] = form.exec(text) ?? []
  if (cost === undefined || saltText === undefined || digestText === undefined) {
    return text.startsWith('$2x$')
      ? refused(
          'This is a "$2x$" hash. A faulty version of bcrypt made it, and a correct one cannot check it.',
        )
      : truncated(
          'bcrypt',
          `it has ${text.length} characters, and a complete one ("$2b$12$…", or 2a or 2y) has ${characters}`,
        )
  }
  return bcryptOf(Number(cost), saltText, digestText, encoding)
}

export function bcryptOf(
  cost: number,
  saltText: string,
  digestText: string,
  encoding: EncodingName,
): Reading {
  const work = { primitive: 'bcrypt', parameters: [cost] }
  const digest = Buffer.from(digestText, 'latin1')
  return withWork({ work, encoding, salt: bcryptBytes(saltText), digest })
}
