import sharp, { type Metadata, type OutputInfo, type Sharp } from 'sharp'
import { type Form, forms, pictureSizes, type Refusal } from '../model.ts'
import type { DecoderLimits } from './verdict.ts'

// Nothing but these readers: what libvips can open beside them is surface for attacks alone.
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
// One image at a time, and nothing of it is kept for the next.
sharp.cache(false)
sharp.concurrency(1)

export class Refused extends Error {
  readonly reason: Refusal | 'unknown_format'

  constructor(reason: Refusal | 'unknown_format', cause?: unknown) {
    super(reason, { cause })
    this.name = 'Refused'
    this.reason = reason
  }
}

/**
 * The image anew in every form, in their order: upright, a square cut from its middle, in sRGB, and without any of its
 * metadata, which may hold the place where it was taken. Nothing of the file itself survives but how it looks.
 * @throws Refused
 */
export async function render(image: Buffer, limits: DecoderLimits): Promise<Buffer[]> {
  assertWithin(await describe(image), limits)
  const largest = await decode(image, limits)
  const files: Buffer[] = []
  for (const form of forms) files.push(await encode(largest, form))
  return files
}

// The limit on pixels is ours to judge here, where the head alone has been read.
async function describe(image: Buffer): Promise<Metadata> {
  try {
    return await sharp(image, { limitInputPixels: false }).metadata()
  } catch (error) {
    throw new Refused('damaged', error)
  }
}

const formats: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp', 'gif'])

function assertWithin({ format, compression, width, height, pages = 1 }: Metadata, limits: DecoderLimits) {
  const isAvif = format === 'heif' && compression === 'av1'
  if (!formats.has(format) && !isAvif) throw new Refused('unknown_format')
  if (width * height > limits.pixelsMax) throw new Refused('too_many_pixels')
  if (pages > limits.framesMax) throw new Refused('too_many_frames')
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
    throw new Refused('damaged', error)
  }
}

// From the largest, so that the image is unpacked once. Without `keepMetadata` nothing but pixels is written.
async function encode({ data, info }: Pixels, { size, format }: Form): Promise<Buffer> {
  const { width, height, channels } = info
  const smaller = square(sharp(data, { raw: { width, height, channels } }), size)
  if (format === 'webp') return await smaller.webp({ quality: 82 }).toBuffer()
  // JPEG has no transparency; black would stand in for it.
  return await smaller.flatten({ background: '#fff' }).jpeg({ quality: 85 }).toBuffer()
}

function square(image: Sharp, size: number): Sharp {
  return image.resize(size, size, { fit: 'cover' })
}
