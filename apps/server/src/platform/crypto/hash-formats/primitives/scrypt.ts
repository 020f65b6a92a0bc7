import { createCipheriv, scrypt as scryptWithCallback } from 'node:crypto'
import { at, type Parameters, type Primitive } from './primitive.ts'

/** Each guess that runs at this moment needs this memory, and there are as many as cores. */
const memoryMaxBytes = 128 * 2 ** 20
/** Memory times parallelism: about a second of a core. */
const workMaxBytes = 512 * 2 ** 20
const workStrongBytes = 8 * 2 ** 20
const outputMaxBytes = 64
const blockSizeMax = 64

/** `[N, r, p, bytes of output]` (RFC 7914). */
export const scrypt: Primitive = {
  parameters: 4,
  refuse: (parameters) => refuse(parameters),
  isWeak: (parameters) => memoryOf(parameters) * at(parameters, 2) < workStrongBytes,
  digestBytes: (parameters) => at(parameters, 3),
  seconds: (parameters) => (memoryOf(parameters) * at(parameters, 2)) / workMaxBytes,
  compute: (password, salt, parameters) => derive(password, salt, parameters),
}

const keyBytes = 32
const signerKeyBytes = 64

/**
 * `[N, r]`. Firebase derives a key with scrypt and encrypts the key of the project with it (AES-256-CTR, from counter 0).
 * The digest here is the key stream alone, so that no hash contains the key of the project.
 */
export const firebaseScrypt: Primitive = {
  parameters: 2,
  refuse: (parameters) => refuse(inner(parameters)),
  isWeak: (parameters) => memoryOf(parameters) < workStrongBytes,
  digestBytes: () => signerKeyBytes,
  seconds: (parameters) => memoryOf(parameters) / workMaxBytes,
  compute: async (password, salt, parameters) => {
    const key = await derive(password, salt, inner(parameters))
    return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(signerKeyBytes))
  },
}

function inner(parameters: Parameters): Parameters {
  return [at(parameters, 0), at(parameters, 1), 1, keyBytes]
}

function memoryOf(parameters: Parameters): number {
  return 128 * at(parameters, 0) * at(parameters, 1)
}

function refuse(parameters: Parameters): string | null {
  const [n, r, p, output] = [at(parameters, 0), at(parameters, 1), at(parameters, 2), at(parameters, 3)]
  if (n < 2 || !Number.isInteger(Math.log2(n)) || r < 1 || p < 1 || output < 1)
    return 'The parameters of this scrypt hash are not valid: N must be a power of two, and r and p at least 1.'
  const memory = memoryOf(parameters)
  const isBounded = memory <= memoryMaxBytes && memory * p <= workMaxBytes
  if (isBounded && r <= blockSizeMax && output <= outputMaxBytes) return null
  return `This scrypt hash (N=${n}, r=${r}, p=${p}) takes too much memory or time to check. 128 × N × r must be at most 128 MiB, that times p at most 512 MiB, r at most ${blockSizeMax}, and the output at most ${outputMaxBytes} bytes.`
}

function derive(password: Buffer, salt: Buffer, parameters: Parameters): Promise<Buffer> {
  const [N, r, p] = [at(parameters, 0), at(parameters, 1), at(parameters, 2)]
  // Node refuses more than 32 MiB unless it is asked for. OpenSSL needs a little more than the table itself.
  const maxmem = memoryOf(parameters) + 128 * r * (p + 2) + 2 ** 20
  return new Promise((resolve, reject) => {
    scryptWithCallback(password, salt, at(parameters, 3), { N, r, p, maxmem }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}
