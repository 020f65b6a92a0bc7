import sharp, { type Metadata, type OutputInfo, type Sharp } from 'sharp'
import { pictureSizes, type RejectionReason, type Variant, variants } from '../model.ts'
import type { DecoderLimits } from './verdict.ts'

// Allows only these readers. All other readers of libvips would only add attack surface.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadHeifBuffer',
    'VipsForeignLoadNsgifBuffer',
  ],
})
// Processes one image at a time, and caches nothing of it for the next.
sharp.cache(false)
sharp.concurrency(1)

export class ImageRejected extends Error {
  readonly reason: RejectionReason | 'unknown_format'

  constructor(reason: RejectionReason | 'unknown_format', cause?: unknown) {
    super(reason, { cause })
    this.name = 'ImageRejected'
    this.reason = reason
  }
}

/**
 * Encodes the image again as each of `variants`, in order: upright, as a square from its center, in sRGB, and without
 * its metadata, which may contain the place where it was taken. Of the original file, only the look of the image
 * remains.
 * @throws ImageRejected
 */
export async function render(image: Buffer, limits: DecoderLimits): Promise<Buffer[]> {
  assertWithin(await describe(image), limits)
  const largest = await decode(image, limits)
  const files: Buffer[] = []
  for (const variant of variants) files.push(await encode(largest, variant))
  return files
}

// Turns off the pixel limit of the library: only the header is read here, and `assertWithin` checks the limit.
async function describe(image: Buffer): Promise<Metadata> {
  try {
    return await sharp(image, { limitInputPixels: false }).metadata()
  } catch (error) {
    throw new ImageRejected('damaged', error)
  }
}

const formats: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp', 'gif'])

function assertWithin({ format, compression, width, height, pages = 1 }: Metadata, limits: DecoderLimits) {
  const isAvif = format === 'heif' && compression === 'av1'
  if (!formats.has(format) && !isAvif) throw new ImageRejected('unknown_format')
  if (width * height > limits.pixelsMax) throw new ImageRejected('too_many_pixels')
  if (pages > limits.framesMax) throw new ImageRejected('too_many_frames')
}

interface Pixels {
  readonly data: Buffer
  readonly info: OutputInfo
}

async function decode(image: Buffer, { pixelsMax }: DecoderLimits): Promise<Pixels> {
  const options = {
    failOn: 'error',
    limitInputPixels: pixelsMax,
    pages: 1,
    sequentialRead: true,
    autoOrient: true,
  } as const
  try {
    return await square(sharp(image, options), pictureSizes[0])
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
  } catch (error) {
    throw new ImageRejected('damaged', error)
  }
}

// Encodes from the largest variant, so that the image is decoded once. Without `keepMetadata`, only pixels are written.
async function encode({ data, info }: Pixels, { size, format }: Variant): Promise<Buffer> {
  const { width, height, channels } = info
  const smaller = square(sharp(data, { raw: { width, height, channels } }), size)
  if (format === 'webp') return await smaller.webp({ quality: 82 }).toBuffer()
  // JPEG has no transparency, and would show black instead.
  return await smaller.flatten({ background: '#fff' }).jpeg({ quality: 85 }).toBuffer()
}

function square(image: Sharp, size: number): Sharp {
  return image.resize(size, size, { fit: 'cover' })
}
