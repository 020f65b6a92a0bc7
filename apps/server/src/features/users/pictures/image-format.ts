/**
 * True if the bytes begin like an image of an accepted format. The media type of the request does not matter (ASVS
 * 5.2.2). The server refuses everything else before the decoder sees it: SVG, which can contain scripts, TIFF, PDF,
 * HTML.
 */
export function looksLikeImage(bytes: Buffer): boolean {
  return signatures.some((matches) => matches(bytes))
}

const signatures: readonly ((bytes: Buffer) => boolean)[] = [
  // JPEG: start of image, and the first byte of the marker that follows (ITU T.81 §B.1.1.3).
  (bytes) => has(bytes, 0, '\xff\xd8\xff'),
  // PNG (§5.2).
  (bytes) => has(bytes, 0, '\x89PNG\r\n\x1a\n'),
  // GIF (89a, §17).
  (bytes) => has(bytes, 0, 'GIF87a') || has(bytes, 0, 'GIF89a'),
  // WebP (RFC 9649 §2.4).
  (bytes) => has(bytes, 0, 'RIFF') && has(bytes, 8, 'WEBP'),
  isAvif,
]

// The first box names the brand of the file and its compatible brands (ISO 14496-12 §4.3, AVIF §6).
function isAvif(bytes: Buffer): boolean {
  if (bytes.length < 16 || !has(bytes, 4, 'ftyp')) return false
  const end = Math.min(bytes.readUInt32BE(0), bytes.length, brandsEndMax)
  return bytes.subarray(8, end).toString('latin1').includes('avi')
}

const brandsEndMax = 256

function has(bytes: Buffer, at: number, text: string): boolean {
  return bytes.toString('latin1', at, at + text.length) === text
}
