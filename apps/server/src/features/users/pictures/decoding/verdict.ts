import type { PictureFile, RejectionReason } from '../model.ts'

/** The result of decoding an image; `unknown_format` if its format is not accepted. */
export type Verdict =
  | { readonly kind: 'files'; readonly files: readonly PictureFile[] }
  | { readonly kind: 'rejected'; readonly reason: RejectionReason | 'unknown_format' }

/** The arguments of the decoder process, as JSON. */
export interface DecoderLimits {
  readonly bytesMax: number
  readonly pixelsMax: number
  readonly framesMax: number
  readonly memoryMaxBytes: number
}

/** The first frame of an answer, as JSON. If the image is accepted, one frame for each of `variants` follows. */
export interface Answer {
  readonly rejected: RejectionReason | 'unknown_format' | null
}
