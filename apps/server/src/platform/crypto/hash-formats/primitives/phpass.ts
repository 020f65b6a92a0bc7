import { hash } from 'node:crypto'
import { cryptText } from './crypt-text.ts'
import { at, type Primitive } from './primitive.ts'
import { repeat } from './rounds.ts'

/** 2^18, and a quarter of a second of a core. The form allows 2^30. */
const roundsMax = 262_144
const groups = [[2, 1, 0], [5, 4, 3], [8, 7, 6], [11, 10, 9], [14, 13, 12], [15]]

/** `[rounds]`: the portable hashes of phpass, in WordPress up to 6.7 and in phpBB 3. The digest is its text. */
export const phpass: Primitive = {
  parameters: 1,
  refuse: (parameters) => {
    const rounds = at(parameters, 0)
    if (rounds >= 1 && rounds <= roundsMax) return null
    return `This phpass hash has ${rounds} rounds. More than 262,144 take too long to check.`
  },
  // MD5, and mostly 8,192 times: graphics cards try millions of passwords in a second.
  isWeak: () => true,
  digestBytes: () => 22,
  seconds: (parameters) => at(parameters, 0) / roundsMax / 4,
  compute: async (password, salt, parameters) => {
    let state = hash('md5', Buffer.concat([salt, password]), 'buffer')
    await repeat(at(parameters, 0), () => {
      state = hash('md5', Buffer.concat([state, password]), 'buffer')
    })
    return cryptText(state, groups)
  },
  steps: { of: (parameters) => at(parameters, 0), make: (steps) => [[steps]] },
}
