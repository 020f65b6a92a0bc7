import { parseOptions } from '@node-rs/argon2'
import { bcryptCost, bcryptCostMax, isBcrypt } from './bcrypt-hash.ts'

/** Every guess may cost this machine at most this: about a second of a core and a GiB of memory. */
const argon2WorkMaxKib = 1_048_576
const argon2ParallelismMax = 16
const argon2OutputBytes = 32
const textLengthMax = 254

const unreadable =
  'This is neither an argon2id hash in PHC form ("$argon2id$v=19$m=…", with 32 bytes of output) nor a bcrypt hash ' +
  '("$2b$12$…", or 2a or 2y). Copy the complete hash from the other system.'

/** The reason why a hash that another system made is refused, as a sentence; null if it is accepted. */
export function refuseImport(hash: string): string | null {
  if (hash.length > textLengthMax) return unreadable
  return isBcrypt(hash) ? refuseBcrypt(hash) : refuseArgon2(hash)
}

function refuseBcrypt(hash: string): string | null {
  const cost = bcryptCost(hash)
  if (cost === null) return unreadable
  if (cost <= bcryptCostMax) return null
  return `The bcrypt cost of this hash is ${cost}. A cost above ${bcryptCostMax} takes too long to check.`
}

function refuseArgon2(hash: string): string | null {
  const options = parse(hash)
  if (options === null || options.outputLen !== argon2OutputBytes) return unreadable
  const { memoryCost, timeCost, parallelism } = options
  if (memoryCost * timeCost <= argon2WorkMaxKib && parallelism <= argon2ParallelismMax) return null
  return 'This argon2id hash takes too long to check. Its memory in KiB times its iterations must be at most 1,048,576, and its parallelism at most 16.'
}

function parse(hash: string) {
  try {
    return hash.startsWith('$argon2id$') ? parseOptions(hash) : null
  } catch {
    return null
  }
}
