import { hash } from 'node:crypto'
import { randomSecret } from '../../../platform/crypto/random.ts'
import { uuidOf } from '../../../platform/kernel/ids.ts'
import type { Pseudonym } from './model.ts'

const prefix = 'pxd_'
const form = /^pxd_[\w-]{43}$/

/** Only who holds it can say which pseudonym is theirs: it is shown once and stored nowhere. */
export function newReceipt(): string {
  return randomSecret(prefix)
}

/** Whether the text could be a receipt at all. */
export function isReceipt(text: string): boolean {
  return form.test(text)
}

/**
 * A digest of the receipt in the shape of an id, so that it stands where the account's own stood: UUIDv8 (RFC 9562
 * §5.8), which no account has. 122 bits of it cannot be met by chance, and none tells of the receipt.
 */
export function pseudonymOf(receipt: string): Pseudonym {
  const bytes = hash('sha256', receipt, 'buffer').subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return uuidOf(bytes) as Pseudonym
}
