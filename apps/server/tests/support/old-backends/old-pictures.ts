import { randomFillSync } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { plainPng, png, pngChunk, pngHeader } from '../images.ts'

/** A small picture, as a person would have chosen it. */
export function picture(): Buffer {
  return plainPng(64, 64)
}

/** A picture of about 100 KB: its pixels are noise, which does not get smaller. */
export function largePicture(): Buffer {
  return noise(320)
}

/** A picture just below the 512,000 bytes that the file dialog of the old page accepted. */
export function largestPicture(): Buffer {
  return noise(710)
}

function noise(side: number): Buffer {
  const pixels = Buffer.alloc((side + 1) * side)
  for (let row = 0; row < side; row++) randomFillSync(pixels, row * (side + 1) + 1, side)
  return png(pngHeader(side, side), pngChunk('IDAT', deflateSync(pixels)))
}
