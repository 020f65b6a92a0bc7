import type { AccountId, PictureId } from '../../../platform/kernel/ids.ts'

/** Of one side of the square, in pixels; the largest first. */
export const pictureSizes = [512, 256, 64] as const
export type PictureSize = (typeof pictureSizes)[number]

/** WebP is what every browser of these years shows; JPEG is for mail programs and the like. */
export const pictureFormats = ['webp', 'jpeg'] as const
export type PictureFormat = (typeof pictureFormats)[number]

export const mediaTypes: Readonly<Record<PictureFormat | 'svg', string>> = {
  webp: 'image/webp',
  jpeg: 'image/jpeg',
  svg: 'image/svg+xml',
}

/** What identifies one of the files of a picture. */
export interface Form {
  readonly size: PictureSize
  readonly format: PictureFormat
}

export const defaultForm: Form = { size: 256, format: 'webp' }
export const largestForm: Form = { size: 512, format: 'webp' }

/** Every file that a picture is made into, in the order in which the decoder hands them over. */
export const forms: readonly Form[] = pictureSizes.flatMap((size) =>
  pictureFormats.map((format) => ({ size, format })),
)

/** Made by us from numbers and words of ours, never from what somebody has sent (ASVS 5.3.2). */
export function fileName({ size, format }: Form): string {
  return `${size}.${format}`
}

export function formOf(name: string): Form | null {
  return forms.find((form) => fileName(form) === name) ?? null
}

export interface PictureFile {
  readonly name: string
  readonly content: Uint8Array
}

/** Where the files of a picture lie. */
export type StoreName = 'database' | 'file' | 's3'

export interface Picture {
  readonly accountId: AccountId
  readonly id: PictureId
  readonly token: string
}

/** What goes out: bytes that we have made, and what they are. */
export interface Image {
  readonly mediaType: string
  readonly content: Uint8Array
  /** For a browser that saves it. */
  readonly name: string
}

/** Why an image that is one could not be taken; each is a code of its own in the answer. */
export const refusals = {
  damaged: 'The image is damaged or incomplete. Save it again, or take another one.',
  too_many_pixels: 'The image has too many pixels. Make it smaller.',
  too_many_frames: 'The animation has too many frames. Send a single picture: only the first is kept anyway.',
  too_costly: 'The image takes too long or too much memory to read. Make it smaller, or save it as JPEG.',
} as const
export type Refusal = keyof typeof refusals

/** Until whoever has the address of a picture that was replaced or deleted is told that it is gone. */
export const pictureMaxAgeSeconds = 300
