/**
 * Each step doubles the time: 14 takes about a second of a core, 31 would take more than a day. Every guess makes the
 * server compute the hash, so a higher cost is not accepted (A46).
 */
export const bcryptCostMax = 14
const bcryptCostMin = 4

/** `$2x$` is left out: it marks hashes of a faulty bcrypt, which a correct one cannot check. */
const bcryptHash = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]$/

/** bcrypt reads only this many bytes of a password. Two passwords that differ only after that would match the same hash. */
const passwordBytesMax = 72

export function isBcrypt(hash: string): boolean {
  return hash.startsWith('$2')
}

/** @returns null if it is not a complete bcrypt hash */
export function bcryptCost(hash: string): number | null {
  const cost = Number(bcryptHash.exec(hash)?.[1] ?? 0)
  return cost >= bcryptCostMin ? cost : null
}

/**
 * Compares the password as it was typed, because the system that made the hash did the same. A password that bcrypt
 * would not read in full is refused, in the same time: bcrypt stops at byte 72, and reads "a\0a" as "a" (A46).
 */
export async function verifyBcrypt(password: string, hash: string): Promise<boolean> {
  const isReadInFull =
    password.isWellFormed() && !password.includes('\0') && Buffer.byteLength(password) <= passwordBytesMax
  const { verify } = await import('@node-rs/bcrypt')
  const verified = await verify(isReadInFull ? password : '', hash)
  return verified && isReadInFull
}
