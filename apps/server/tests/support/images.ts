import { crc32, deflateSync } from 'node:zlib'

/** Images that no library writes, made byte by byte. Tests make well-formed images with sharp. */

const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

/** A chunk with its length and a correct checksum. */
export function pngChunk(type: string, data: Uint8Array = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, checksum])
}

/** The header of a PNG with eight bits of grey per pixel. */
export function pngHeader(width: number, height: number): Buffer {
  const data = Buffer.alloc(13)
  data.writeUInt32BE(width, 0)
  data.writeUInt32BE(height, 4)
  data[8] = 8
  return pngChunk('IHDR', data)
}

export function png(...chunks: readonly Buffer[]): Buffer {
  return Buffer.concat([signature, ...chunks, pngChunk('IEND')])
}

/** A valid PNG, all black. */
export function plainPng(width: number, height: number): Buffer {
  return png(pngHeader(width, height), pngChunk('IDAT', deflateSync(Buffer.alloc((width + 1) * height))))
}

/** A PNG that claims to be larger than it is. Its pixels are zeros, which unpack to a thousand times their size. */
export function pixelBomb(width: number, height: number, unpackedBytes = 1_000_000): Buffer {
  return png(pngHeader(width, height), pngChunk('IDAT', deflateSync(Buffer.alloc(unpackedBytes))))
}

/** An animation (APNG). Each frame has a control chunk and a chunk with its pixels. */
export function animatedPng(frames: number): Buffer {
  const uint32 = (...values: readonly number[]) => {
    const bytes = Buffer.alloc(values.length * 4)
    for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4)
    return bytes
  }
  const pixels = deflateSync(Buffer.alloc(2))
  const control = (sequence: number) =>
    pngChunk('fcTL', Buffer.concat([uint32(sequence, 1, 1, 0, 0), Buffer.from([0, 1, 0, 25, 0, 0])]))
  const later = Array.from({ length: frames - 1 }, (_, index) => [
    control(2 * index + 1),
    pngChunk('fdAT', Buffer.concat([uint32(2 * index + 2), pixels])),
  ]).flat()
  const animation = pngChunk('acTL', uint32(frames, 0))
  return png(pngHeader(1, 1), animation, control(0), pngChunk('IDAT', pixels), ...later)
}

/** A GIF with a number of frames, each of one black pixel. */
export function animatedGif(frames: number): Buffer {
  const head = Buffer.from('GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff', 'latin1')
  const frame = Buffer.from(
    '\x21\xf9\x04\x00\x0a\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00',
    'latin1',
  )
  return Buffer.concat([head, ...Array.from({ length: frames }, () => frame), Buffer.from(';')])
}
