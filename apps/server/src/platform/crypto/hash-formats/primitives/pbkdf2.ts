import { pbkdf2 as pbkdf2WithCallback } from 'node:crypto'
import { promisify } from 'node:util'
import { at, type Parameters, type Primitive } from './primitive.ts'

const derive = promisify(pbkdf2WithCallback)

/** About a second of a core. */
const iterationsMax = 2_000_000
/** Some ten milliseconds, as bcrypt with cost 7: below that, a stolen hash is tried too fast. */
const iterationsStrong = 100_000
const outputMaxBytes = 64

const digestBytes = { sha1: 20, sha256: 32, sha512: 64 }

/** `[iterations, bytes of output]` (RFC 8018 §5.2). */
function pbkdf2(digest: keyof typeof digestBytes): Primitive {
  const iterationsOf = (parameters: Parameters) =>
    at(parameters, 0) * Math.ceil(at(parameters, 1) / digestBytes[digest])
  return {
    parameters: 2,
    refuse: (parameters) => {
      const [iterations, output] = [at(parameters, 0), at(parameters, 1)]
      if (iterations < 1 || output < 1) return 'This PBKDF2 hash has no iterations or no output.'
      if (iterationsOf(parameters) <= iterationsMax && output <= outputMaxBytes) return null
      return `This PBKDF2 hash has ${iterations} iterations and ${output} bytes of output. More than 2,000,000 iterations, or more than ${outputMaxBytes} bytes, take too long to check.`
    },
    isWeak: (parameters) => at(parameters, 0) < iterationsStrong,
    digestBytes: (parameters) => at(parameters, 1),
    seconds: (parameters) => iterationsOf(parameters) / iterationsMax,
    compute: (password, salt, parameters) =>
      derive(password, salt, at(parameters, 0), at(parameters, 1), digest),
    steps: {
      of: (parameters) => at(parameters, 0),
      make: (steps, like) => [[steps, at(like, 1)]],
    },
  }
}

export const pbkdf2Sha1 = pbkdf2('sha1')
export const pbkdf2Sha256 = pbkdf2('sha256')
export const pbkdf2Sha512 = pbkdf2('sha512')
