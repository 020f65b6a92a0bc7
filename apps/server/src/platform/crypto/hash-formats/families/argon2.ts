import { type HashFamily, type Reading, readBase64, truncated } from '../foreign-hash.ts'
import { withWork } from './with-work.ts'

/** The PHC string format; `v=` is missing in those of 2015 and 2016. */
export const argon2Form =
  /^\$argon2(id|i|d)\$(?:v=(\d{1,3})\$)?m=(\d{1,10}),t=(\d{1,10}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

const outputBytes: ReadonlySet<number> = new Set([16, 20, 24, 32, 48, 64])

export const argon2: HashFamily = {
  name: 'argon2',
  read: (text) => (/^\$argon2/.test(text) ? readArgon2(text) : null),
}

export function readArgon2(text: string): Reading {
  const reading = parseArgon2(text)
  return reading.kind === 'hash' ? withWork(reading.hash) : reading
}

/** Without a bound: for hashes of this server, whose operator decides what they cost. */
export function parseArgon2(text: string): Reading {
  const [, variant, version, memory, iterations, parallelism, saltText = '', digestText = ''] =
    argon2Form.exec(text) ?? []
  const [salt, digest] = [readBase64(saltText), readBase64(digestText)]
  if (variant === undefined || salt === null || digest === null)
    return truncated('argon2', 'it is not in PHC form ("$argon2id$v=19$m=…,t=…,p=…$salt$hash")')
  // A string that lost its end often still parses, and would then match no password.
  if (!outputBytes.has(digest.length))
    return truncated('argon2', `its last part has ${digest.length} bytes, and no system writes so many`)
  if (salt.length < 8) return truncated('argon2', 'its salt is shorter than 8 bytes')
  const parameters = [version ?? 16, memory, iterations, parallelism].map(Number)
  const work = { primitive: `argon2${variant}`, parameters: [...parameters, digest.length] }
  return { kind: 'hash', hash: { work, encoding: 'typed', salt, digest } }
}
