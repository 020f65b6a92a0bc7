import { createHash } from 'node:crypto'

/** True if the hash of the text begins with so many zero bits. */
export function isSolved(text: string, bits: number): boolean {
  const hash = createHash('sha256').update(text).digest()
  return leadingZeroBits(hash) >= bits
}

function leadingZeroBits(hash: Uint8Array): number {
  const first = hash.findIndex((byte) => byte !== 0)
  return first === -1 ? hash.length * 8 : first * 8 + Math.clz32(hash[first] ?? 0) - 24
}
