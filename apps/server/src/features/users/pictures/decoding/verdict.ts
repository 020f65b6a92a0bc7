import type { PictureFile, Refusal } from '../model.ts'

/** What the decoder says of an image; `unknown_format` where it is none of those that we take. */
export type Verdict =
  | { readonly kind: 'files'; readonly files: readonly PictureFile[] }
  | { readonly kind: 'refused'; readonly reason: Refusal | 'unknown_format' }

/** What the process of the decoder is started with, as JSON. */
export interface DecoderLimits {
  readonly bytesMax: number
  readonly pixelsMax: number
  readonly framesMax: number
  readonly memoryMaxBytes: number
}

/** The first frame of its answer, as JSON; where it is taken, a frame for each of `forms` follows. */
export interface Answer {
  readonly refused: Refusal | 'unknown_format' | null
}
