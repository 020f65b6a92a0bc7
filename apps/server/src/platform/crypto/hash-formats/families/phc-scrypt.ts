import { type HashFamily, readBase64, truncated } from '../foreign-hash.ts'
import { withWork } from './with-work.ts'

const form = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/
const outputBytes: ReadonlySet<number> = new Set([32, 64])

/** scrypt in PHC form, as Passlib and several libraries write it. */
export const phcScrypt: HashFamily = {
  name: 'passlib',
  read: (text) => {
    if (!text.startsWith('$scrypt$')) return null
    const [, ln, r, p, saltText = '', digestText = ''] = form.exec(text) ?? []
    const [salt, digest] = [readBase64(saltText), readBase64(digestText)]
    if (ln === undefined || salt === null || digest === null || !outputBytes.has(digest.length))
      return truncated(
        'scrypt',
        'it is not in PHC form ("$scrypt$ln=…,r=…,p=…$salt$hash") with 32 or 64 bytes of digest',
      )
    const parameters = [2 ** Number(ln), Number(r), Number(p), digest.length]
    return withWork({ work: { primitive: 'scrypt', parameters }, encoding: 'typed', salt, digest })
  },
}
