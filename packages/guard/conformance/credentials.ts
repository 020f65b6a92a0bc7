import { randomBytes, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The form of a session code of Proxima. */
export function newSessionCode(): string {
  return `pxs_${randomBytes(32).toString('base64url')}`
}

/** The form of an API key of Proxima: its last six characters are a checksum in base 62. */
export function newApiKey(): string {
  const random = Array.from({ length: 30 }, () => alphabet.charAt(randomInt(alphabet.length)))
  const text = `pxk_${random.join('')}`
  let rest = crc32(text)
  let checksum = ''
  while (checksum.length < 6) {
    checksum = alphabet.charAt(rest % alphabet.length) + checksum
    rest = Math.floor(rest / alphabet.length)
  }
  return text + checksum
}

/** A UUID of version 7 (RFC 9562 §5.7). */
export function newId(): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Date.now(), 0, 6)
  bytes.writeUInt8(((bytes[6] ?? 0) & 0x0f) | 0x70, 6)
  bytes.writeUInt8(((bytes[8] ?? 0) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
