import type { Account } from '../../../platform/kernel/account.ts'
import type { AccountId, PictureId } from '../../../platform/kernel/ids.ts'

/** The side of the square in pixels, the largest first. */
export const pictureSizes = [512, 256, 64] as const
export type PictureSize = (typeof pictureSizes)[number]

/** Every current browser shows WebP. JPEG is for mail programs and the like. */
export const pictureFormats = ['webp', 'jpeg'] as const
export type PictureFormat = (typeof pictureFormats)[number]

export const mediaTypes: Readonly<Record<PictureFormat | 'svg', string>> = {
  webp: 'image/webp',
  jpeg: 'image/jpeg',
  svg: 'image/svg+xml',
}

/** The size and the format of one file of a picture. */
export interface Variant {
  readonly size: PictureSize
  readonly format: PictureFormat
}

export const defaultVariant: Variant = { size: 256, format: 'webp' }
export const largestVariant: Variant = { size: 512, format: 'webp' }

/** All variants, in the order in which the decoder returns them. */
export const variants: readonly Variant[] = pictureSizes.flatMap((size) =>
  pictureFormats.map((format) => ({ size, format })),
)

/** Builds the name of a file from our own numbers and words, never from client input (ASVS 5.3.2). */
export function fileName({ size, format }: Variant): string {
  return `${size}.${format}`
}

export function variantOf(name: string): Variant | null {
  return variants.find((variant) => fileName(variant) === name) ?? null
}

export interface PictureFile {
  readonly name: string
  readonly content: Uint8Array
}

/** Where the files of a picture are stored. */
export type StoreName = 'database' | 'file' | 's3'

export interface Picture {
  readonly accountId: AccountId
  readonly id: PictureId
  readonly token: string
}

/** An image as it is sent: bytes that the server has encoded, and their media type. */
export interface Image {
  readonly mediaType: string
  readonly content: Uint8Array
  /** The file name under which a browser saves it. */
  readonly name: string
}

/** The reasons to reject an image, with advice for the user. Each reason is an error code of the API. */
export const rejections = {
  damaged: 'The image is damaged or incomplete. Save it again, or use another one.',
  too_many_pixels: 'The image has too many pixels. Make it smaller.',
  too_many_frames:
    'The animation has too many frames. Send a single picture: only the first frame is used anyway.',
  too_costly: 'The image takes too long or too much memory to read. Make it smaller, or save it as JPEG.',
} as const
export type RejectionReason = keyof typeof rejections

/** How long a cache may still show a picture that was replaced or deleted. */
export const pictureMaxAgeSeconds = 300

/**
 * Limits for one process. Each upload is in memory from its first byte on, so the server limits their number. Accounts
 * are free, so a limit for each account is not enough. If all places are taken, the slowest upload of whoever has the
 * most makes room. If no one has more than another, an upload that has taken longer than `patienceMs` does.
 */
export const uploadsAtOnce = { all: 16, network: 8, client: 4, account: 2, patienceMs: 30_000 }

type Named = Pick<Account, 'givenName' | 'familyName' | 'fullName' | 'username' | 'email'>

/** Returns one or two letters or digits, in capitals; an empty text if no name of the account has any. */
export function initialsOf({ givenName, familyName, fullName, username, email }: Named): string {
  const words = (fullName ?? '').split(/\s+/)
  const pairs = [[givenName, familyName], words.length > 1 ? [words[0], words.at(-1)] : words]
  for (const names of [...pairs, [username], [email]]) {
    const initials = names.map((name) => initialOf(name ?? '')).join('')
    if (initials !== '') return initials
  }
  return ''
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const codePointsMax = 4

// One character, as a reader sees it, may be several code points with any number of accents. A ligature is several
// characters, and the capital of ß is two.
function initialOf(name: string): string {
  const letter = firstOf(name.normalize('NFKC'))
  return plain(firstOf(letter.toUpperCase()))
}

function firstOf(text: string): string {
  // A letter that looks like an apostrophe is not the first of a name: ʻOnipaʻa has an O.
  for (const { segment } of graphemes.segment(text))
    if (/^(?!\p{Lm})[\p{L}\p{N}]/u.test(segment)) return Array.from(segment).slice(0, codePointsMax).join('')
  return ''
}

// Keeps only letters, digits and their marks, so that nothing can be markup in SVG (A119).
function plain(grapheme: string): string {
  return grapheme.replaceAll(/[^\p{L}\p{N}\p{M}]/gu, '')
}
