import { hashRaw } from '@node-rs/argon2'
import { at, type Parameters, type Primitive } from './primitive.ts'

/** Each guess that runs at this moment needs this memory, and there are as many as cores. */
const memoryMaxKib = 262_144
/** Memory times iterations: about a second of a core. */
const workMaxKib = 1_048_576
const parallelismMax = 16
const outputMaxBytes = 64
const workStrongKib = 8_192

// The library exports these as const enums, which do not exist at run time when types are only erased.
const versions: Readonly<Record<number, 0 | 1>> = { 16: 0, 19: 1 }

/** `[version, memory in KiB, iterations, parallelism, bytes of output]` (RFC 9106). */
function argon2(algorithm: 0 | 1 | 2): Primitive {
  return {
    parameters: 5,
    refuse,
    isWeak: (parameters) => at(parameters, 1) * at(parameters, 2) < workStrongKib,
    digestBytes: (parameters) => at(parameters, 4),
    saltBytes: { min: 8, max: Number.MAX_SAFE_INTEGER },
    seconds: (parameters) => (at(parameters, 1) * at(parameters, 2)) / workMaxKib,
    compute: (password, salt, parameters) => {
      const version = versions[at(parameters, 0)]
      return hashRaw(password, {
        algorithm,
        ...(version !== undefined && { version }),
        memoryCost: at(parameters, 1),
        timeCost: at(parameters, 2),
        parallelism: at(parameters, 3),
        outputLen: at(parameters, 4),
        salt,
      })
    },
  }
}

export const argon2d = argon2(0)
export const argon2i = argon2(1)
export const argon2id = argon2(2)

function refuse(parameters: Parameters): string | null {
  const [version, memory, iterations] = [at(parameters, 0), at(parameters, 1), at(parameters, 2)]
  const [parallelism, output] = [at(parameters, 3), at(parameters, 4)]
  if (versions[version] === undefined)
    return `The version of this argon2 hash is ${version}. There are 16 and 19.`
  if (memory < 8 * parallelism || iterations < 1 || parallelism < 1 || output < 4)
    return 'The parameters of this argon2 hash are not valid (RFC 9106 §3.1).'
  const isBounded = memory <= memoryMaxKib && memory * iterations <= workMaxKib
  if (isBounded && parallelism <= parallelismMax && output <= outputMaxBytes) return null
  return `This argon2 hash takes too long to check. Its memory must be at most 262,144 KiB, its memory in KiB times its iterations at most 1,048,576, its parallelism at most ${parallelismMax}, and its output at most ${outputMaxBytes} bytes.`
}
