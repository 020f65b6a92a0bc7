import { verify } from '@node-rs/bcrypt'

/**
 * Each step doubles the time: 14 is about a second of a core, 31 would be more than a day. Whoever guesses has the
 * hash computed, so a dearer one is not taken (A46).
 */
export const bcryptCostMax = 14
const bcryptCostMin = 4

/** `$2x$` is left out: it marks hashes of a faulty bcrypt, which the right one cannot check. */
const bcryptHash = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]$/

/** What bcrypt reads of a password. Two that differ only after it would be one to it. */
const passwordBytesMax = 72

export function isBcrypt(hash: string): boolean {
  return hash.startsWith('$2')
}

/** @returns null where it is no whole bcrypt hash */
export function bcryptCost(hash: string): number | null {
  const cost = Number(bcryptHash.exec(hash)?.[1] ?? 0)
  return cost >= bcryptCostMin ? cost : null
}

/**
 * Compares the password as it was typed, since that is what the system which made the hash has hashed. What bcrypt
 * would not read in full is refused, at the same price: it stops at byte 72, and to it "a\0a" is "a" (A46).
 */
export async function verifyBcrypt(password: string, hash: string): Promise<boolean> {
  const isReadInFull =
    password.isWellFormed() && !password.includes('\0') && Buffer.byteLength(password) <= passwordBytesMax
  const verified = await verify(isReadInFull ? password : '', hash)
  return verified && isReadInFull
}
