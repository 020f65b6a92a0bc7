import Type, { type Static } from 'typebox'
import { exampleImageUrl } from '../../../platform/http/fields.ts'
import { defaultVariant, mediaTypes, pictureFormats, pictureSizes, type Variant } from './model.ts'

const Bytes = Type.Unsafe<Buffer>({
  type: 'string',
  format: 'binary',
  description: 'The bytes of an image',
})

const sizeTexts = [...pictureSizes].reverse().map(String)

/** Strings, because the server does not coerce the values of a query. */
export const ImageQuery = Type.Object(
  {
    size: Type.Optional(
      Type.String({
        enum: sizeTexts,
        description: `The width and height in pixels; ${defaultVariant.size} by default`,
      }),
    ),
    format: Type.Optional(
      Type.String({ enum: pictureFormats, description: `\`${defaultVariant.format}\` by default` }),
    ),
  },
  { additionalProperties: false },
)
export type ImageQuery = Static<typeof ImageQuery>

export function toVariant({ size, format }: ImageQuery): Variant {
  return {
    size: pictureSizes.find((each) => String(each) === size) ?? defaultVariant.size,
    format: pictureFormats.find((each) => each === format) ?? defaultVariant.format,
  }
}

/**
 * The media types in which a client can send an image. Its bytes decide its format. The server also takes a form, which
 * is left out here: most generators make one type from all media types of a body, and bytes are no form.
 */
export const ImageBody = {
  description: 'JPEG, PNG, WebP, AVIF or GIF. The bytes decide, not the media type.',
  content: { 'image/*': { schema: Bytes }, 'application/octet-stream': { schema: Bytes } },
}

const headers = { ETag: Type.String({ description: 'The version of these bytes, for If-None-Match' }) }

function imageView(description: string, types: readonly string[]) {
  const content = Object.fromEntries(types.map((type) => [type, { schema: Bytes }]))
  return { description, headers, content }
}

export const OwnImageView = imageView(
  'The picture, or a placeholder (SVG) if there is none',
  Object.values(mediaTypes),
)

export const PublicImageView = imageView('The picture', [mediaTypes.webp, mediaTypes.jpeg])

export const NotModified = Type.Null({ description: 'The version in If-None-Match is current', headers })

export const SeeOther = Type.Null({
  description: 'For a browser: the page of the form, in the header Location',
})

export const PictureView = Type.Object(
  {
    image_url: Type.String({
      format: 'uri',
      description: 'Anyone who knows this address can see the picture',
    }),
  },
  {
    title: 'Picture',
    description: 'The address of the new picture',
    examples: [{ image_url: exampleImageUrl }],
  },
)
export type PictureView = Static<typeof PictureView>

export const PictureParams = Type.Object({
  token: Type.String({ description: 'The part of the address that no one can guess' }),
  file: Type.String({
    description: 'Size and format, such as `256.webp` or `64.jpeg`',
    examples: ['256.webp'],
  }),
})
