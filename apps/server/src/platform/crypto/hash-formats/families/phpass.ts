import { type HashFamily, truncated } from '../foreign-hash.ts'
import { withWork } from './with-work.ts'

const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const form = /^\$[PH]\$([./A-Za-z0-9])([./A-Za-z0-9]{8})([./A-Za-z0-9]{22})$/

/** Portable hashes of phpass: `$P$` in WordPress, `$H$` in phpBB 3. */
export const phpass: HashFamily = {
  name: 'phpass',
  read: (text) => {
    if (!/^\$[PH]\$/.test(text)) return null
    const [, count, salt, digest] = form.exec(text) ?? []
    if (count === undefined || salt === undefined || digest === undefined)
      return truncated('phpass', `it has ${text.length} characters, and a complete one has 34`)
    const work = { primitive: 'phpass', parameters: [2 ** alphabet.indexOf(count)] }
    return withWork({ work, encoding: 'crypt', salt: Buffer.from(salt), digest: Buffer.from(digest) })
  },
}
