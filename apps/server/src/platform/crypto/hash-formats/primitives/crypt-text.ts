/** The alphabet of crypt(3), phpass and bcrypt hashes is not that of Base64. */
const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * Writes a digest as crypt(3) does: each group of bytes is a number, the first byte the highest, and is written from its
 * lowest six bits up.
 */
export function cryptText(digest: Buffer, groups: readonly (readonly number[])[]): Buffer {
  const text = groups.map((group) => {
    let value = 0
    for (const index of group) value = value * 256 + digest.readUInt8(index)
    const length = Math.ceil((group.length * 8) / 6)
    return Array.from({ length }, (_, place) => alphabet[Math.floor(value / 64 ** place) % 64]).join('')
  })
  return Buffer.from(text.join(''), 'latin1')
}
