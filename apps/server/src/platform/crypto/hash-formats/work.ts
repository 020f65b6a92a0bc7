import { argon2d, argon2i, argon2id } from './primitives/argon2.ts'
import { bcrypt } from './primitives/bcrypt.ts'
import { type DigestName, saltAsKey, saltFirst, saltLast } from './primitives/digest.ts'
import { md5CryptApache, md5CryptUnix } from './primitives/md5-crypt.ts'
import { pbkdf2Sha1, pbkdf2Sha256, pbkdf2Sha512 } from './primitives/pbkdf2.ts'
import { phpass } from './primitives/phpass.ts'
import type { Parameters, Primitive } from './primitives/primitive.ts'
import { firebaseScrypt, scrypt } from './primitives/scrypt.ts'
import { sha256Crypt, sha512Crypt } from './primitives/sha-crypt.ts'

const digestNames = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const

/** Every primitive by its name. The names are stored, so they never change. */
const primitives: Readonly<Record<string, Primitive>> = {
  argon2d,
  argon2i,
  argon2id,
  bcrypt,
  'firebase-scrypt': firebaseScrypt,
  'md5-crypt': md5CryptUnix,
  'md5-crypt-apache': md5CryptApache,
  'pbkdf2-sha1': pbkdf2Sha1,
  'pbkdf2-sha256': pbkdf2Sha256,
  'pbkdf2-sha512': pbkdf2Sha512,
  phpass,
  scrypt,
  'sha256-crypt': sha256Crypt,
  'sha512-crypt': sha512Crypt,
  ...digestPrimitives(),
}

/** What must be computed to check a password: a primitive, and what it costs. */
export interface Work {
  readonly primitive: string
  readonly parameters: Parameters
}

/** For example `bcrypt,12`. */
export function workText({ primitive, parameters }: Work): string {
  return [primitive, ...parameters].join(',')
}

/** @returns null if it is not the text of a work that this server accepts */
export function readWork(text: string): Work | null {
  const work = parseWork(text)
  return work !== null && refuseWork(work) === null ? work : null
}

/** Like `readWork`, whatever it costs: for the work of this server, whose operator decides. */
export function parseWork(text: string): Work | null {
  const [primitive = '', ...rest] = text.split(',')
  const isKnown = Object.hasOwn(primitives, primitive) && primitives[primitive]?.parameters === rest.length
  if (!isKnown || !rest.every((part) => /^\d{1,10}$/.test(part))) return null
  return { primitive, parameters: rest.map(Number) }
}

/** Why this work is not accepted, as a sentence; null if it is. */
export function refuseWork({ primitive, parameters }: Work): string | null {
  const found = Object.hasOwn(primitives, primitive) ? primitives[primitive] : undefined
  if (
    found === undefined ||
    found.parameters !== parameters.length ||
    !parameters.every(Number.isSafeInteger)
  )
    return 'The parameters of this hash cannot be read.'
  return found.refuse(parameters)
}

export function isWeak(work: Work): boolean {
  return primitiveOf(work).isWeak(work.parameters)
}

/** Check the work of another system before: a guess must not make the server do more than is accepted (A46). */
export async function perform(work: Work, password: Buffer, salt: Buffer): Promise<Buffer> {
  return await primitiveOf(work).compute(password, salt, work.parameters)
}

export function primitiveOf({ primitive }: Work): Primitive {
  const found = Object.hasOwn(primitives, primitive) ? primitives[primitive] : undefined
  if (found === undefined) throw new Error(`There is no way to compute a hash called ${primitive}.`)
  return found
}

function digestPrimitives(): Readonly<Record<string, Primitive>> {
  const ofDigest = (name: DigestName) =>
    [
      [`${name}-salt-first`, saltFirst(name)],
      [`${name}-salt-last`, saltLast(name)],
      [`${name}-hmac`, saltAsKey(name)],
    ] as const
  return Object.fromEntries(digestNames.flatMap(ofDigest))
}
