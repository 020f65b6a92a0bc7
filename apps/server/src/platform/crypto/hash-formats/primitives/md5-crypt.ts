import { hash } from 'node:crypto'
import { cryptText } from './crypt-text.ts'
import type { Primitive } from './primitive.ts'
import { fill, repeat } from './rounds.ts'

const rounds = 1_000
const groups = [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5], [11]]

/** No parameters: there are always 1,000 rounds. `magic` is also hashed: the form says which program wrote it. */
function md5Crypt(magic: '$1$' | '$apr1$'): Primitive {
  return {
    parameters: 0,
    refuse: () => null,
    // Its author said in 2012 that it is no longer safe.
    isWeak: () => true,
    digestBytes: () => 22,
    seconds: () => 0.001,
    compute: async (password, salt) => cryptText(await derive(magic, password, salt), groups),
  }
}

export const md5CryptUnix = md5Crypt('$1$')
export const md5CryptApache = md5Crypt('$apr1$')

const digest = (...parts: readonly Buffer[]) => hash('md5', Buffer.concat(parts), 'buffer')
const zero = Buffer.alloc(1)
const none = Buffer.alloc(0)

async function derive(magic: string, password: Buffer, salt: Buffer): Promise<Buffer> {
  const { length } = password
  const mixed = digest(password, salt, password)
  const bits: Buffer[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 2))
    bits.push(rest % 2 === 1 ? zero : password.subarray(0, 1))
  let state = digest(password, Buffer.from(magic), salt, fill(mixed, length), ...bits)
  await repeat(rounds, (round) => {
    const isOdd = round % 2 === 1
    state = digest(
      isOdd ? password : state,
      round % 3 === 0 ? none : salt,
      round % 7 === 0 ? none : password,
      isOdd ? state : password,
    )
  })
  return state
}
