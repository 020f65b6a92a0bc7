import { deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { animatedGif, animatedPng, pixelBomb, png, pngChunk, pngHeader } from './images.ts'

/** Images that try to do harm, and files that are not images. */

const script = '<script>alert(document.domain)</script>'
const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">${script}</svg>`
const pdf = `%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n`

export const jpeg = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#123456' } })
  .jpeg()
  .toBuffer()
const gif = animatedGif(1)
const tiff = await sharp(jpeg).tiff().toBuffer()
const avif = await sharp(jpeg).avif({ effort: 0 }).toBuffer()
const webp = await sharp(jpeg).webp().toBuffer()

/** Begins like a GIF and continues as a script. */
const gifThatIsScript = Buffer.from(`GIF89a/*${'\0'.repeat(64)}*/=1;alert(1)//;`, 'latin1')
const pdfBeforeJpeg = Buffer.concat([Buffer.from(pdf), jpeg])

/** Files that the server does not accept as an image, whatever they are called. */
export const notImages: Record<string, Buffer> = {
  svg: Buffer.from(svg),
  'svg with a declaration': Buffer.from(`<?xml version="1.0"?>\n${svg}`),
  html: Buffer.from(`<!doctype html>${script}`),
  pdf: Buffer.from(pdf),
  'pdf before a jpeg': pdfBeforeJpeg,
  tiff,
  bmp: Buffer.from(`BM${'\0'.repeat(60)}`),
  ico: Buffer.from('\0\0\x01\0\x01\0', 'latin1'),
  'a zip': Buffer.from('PK\x03\x04'),
  'an executable': Buffer.from('\x7fELF', 'latin1'),
  'an mp4': Buffer.from('\0\0\0\x18ftypisom\0\0\0\0isomiso2', 'latin1'),
  'a riff that is sound': Buffer.from('RIFF\x24\0\0\0WAVEfmt ', 'latin1'),
  'a space before a jpeg': Buffer.concat([Buffer.from(' '), jpeg]),
  'one byte': Buffer.from([0xff]),
}

/** Images that cannot be decoded, with the code of the refusal. */
export const unreadable: Record<string, readonly [image: Buffer, code: string]> = {
  'a png of 50,000 × 50,000': [pixelBomb(50_000, 50_000), 'too_many_pixels'],
  'a png of 2^31 - 1 in each direction': [pixelBomb(2 ** 31 - 1, 2 ** 31 - 1), 'damaged'],
  'a png of one line of 50,000,001 pixels': [pixelBomb(50_000_001, 1), 'too_many_pixels'],
  'a png without pixels': [png(pngHeader(8, 8)), 'damaged'],
  'a png without size': [png(pngHeader(0, 0), pngChunk('IDAT')), 'damaged'],
  'a png whose pixels are missing': [pixelBomb(4_000, 4_000, 10), 'damaged'],
  'a gif with 2,000 frames': [animatedGif(2_000), 'too_many_frames'],
  'a gif that is a script too': [gifThatIsScript, 'damaged'],
  'a jpeg cut short': [jpeg.subarray(0, jpeg.length - 200), 'damaged'],
  'a jpeg of its first bytes': [jpeg.subarray(0, 4), 'damaged'],
  'a webp cut short': [webp.subarray(0, webp.length / 2), 'damaged'],
  'an avif cut short': [avif.subarray(0, avif.length / 2), 'damaged'],
  'an avif of its first bytes': [avif.subarray(0, 40), 'damaged'],
  'a png that is noise behind its head': [
    png(pngHeader(500, 500), pngChunk('IDAT', Buffer.alloc(5_000, 'noise'))),
    'damaged',
  ],
}

/** Valid images with additional content. */
export const carriers: Record<string, Buffer> = {
  'a jpeg with a pdf behind it': Buffer.concat([jpeg, Buffer.from(pdf)]),
  'a jpeg with a page behind it': Buffer.concat([jpeg, Buffer.from(script)]),
  'a jpeg with a page in its comment': Buffer.concat([
    jpeg.subarray(0, 2),
    Buffer.from([0xff, 0xfe, 0, script.length + 2]),
    Buffer.from(script),
    jpeg.subarray(2),
  ]),
  'a png with a page in its text': png(
    pngHeader(8, 8),
    pngChunk('tEXt', Buffer.from(`Comment\0${script}`)),
    pngChunk('IDAT', deflateSync(Buffer.alloc(72))),
  ),
  'a gif with a script behind it': Buffer.concat([gif, Buffer.from(script)]),
  'an animated png of 10,000 frames': animatedPng(10_000),
  'a gif of 1,000 frames': animatedGif(1_000),
}
