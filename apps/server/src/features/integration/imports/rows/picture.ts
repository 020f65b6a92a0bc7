/** A picture as the old backend has it; null if there is none. */
export function readPicture(value: unknown): Buffer | null {
  if (value instanceof Uint8Array) return value.length === 0 ? null : Buffer.from(value)
  if (typeof value !== 'string' || value.trim() === '') return null
  const base64 = value.trim().replace(/^data:[\w/+.-]+;base64,/, '')
  return Buffer.from(base64, 'base64')
}

/**
 * True if the end of the file is missing. A column that is too short cuts what it stores, and many decoders show the
 * part that is left.
 */
export function isCutOff(image: Buffer): boolean {
  if (image.subarray(0, 3).equals(jpegStart)) return !image.subarray(-64).includes(jpegEnd)
  if (image.subarray(0, 4).equals(pngStart)) return !image.subarray(-64).includes('IEND')
  if (image.subarray(0, 4).equals(gifStart)) return !image.subarray(-64).includes(';')
  if (image.subarray(0, 4).equals(riffStart)) return image.length < image.readUInt32LE(4) + 8
  return false
}

const jpegStart = Buffer.from([0xff, 0xd8, 0xff])
const jpegEnd = Buffer.from([0xff, 0xd9])
const pngStart = Buffer.from([0x89, 0x50, 0x4e, 0x47])
const gifStart = Buffer.from('GIF8')
const riffStart = Buffer.from('RIFF')
