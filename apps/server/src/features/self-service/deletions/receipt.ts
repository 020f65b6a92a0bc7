import { hash } from 'node:crypto'
import { randomSecret } from '../../../platform/crypto/random.ts'
import { uuidOf } from '../../../platform/kernel/ids.ts'
import type { Pseudonym } from './model.ts'

const prefix = 'pxd_'
const pattern = /^pxd_[\w-]{43}$/

/** Creates a receipt. Beside the answer, only the mail to the owner has it: only its holder can find the erasure in the audit trail. */
export function newReceipt(): string {
  return randomSecret(prefix)
}

/** True if the text has the form of a receipt. */
export function isReceipt(text: string): boolean {
  return pattern.test(text)
}

/**
 * A digest of the receipt in the form of an id, so that it is stored like one. It is a UUIDv8 (RFC 9562
 * §5.8), which no account has. Its 122 bits cannot collide by chance, and do not reveal the receipt.
 */
export function pseudonymOf(receipt: string): Pseudonym {
  const bytes = hash('sha256', receipt, 'buffer').subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return uuidOf(bytes) as Pseudonym
}
