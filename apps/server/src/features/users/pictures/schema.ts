import Type, { type Static } from 'typebox'
import { defaultForm, type Form, mediaTypes, pictureFormats, pictureSizes } from './model.ts'

const Bytes = Type.Unsafe<Buffer>({ type: 'string', format: 'binary' })

const sizeTexts = [...pictureSizes].reverse().map(String)

/** As texts, since nothing in a query is coerced. */
export const ImageQuery = Type.Object(
  {
    size: Type.Optional(
      Type.String({
        enum: sizeTexts,
        description: `Of one side, in pixels; ${defaultForm.size} without it`,
      }),
    ),
    format: Type.Optional(
      Type.String({ enum: pictureFormats, description: `\`${defaultForm.format}\` without it` }),
    ),
  },
  { additionalProperties: false },
)
export type ImageQuery = Static<typeof ImageQuery>

export function toForm({ size, format }: ImageQuery): Form {
  return {
    size: pictureSizes.find((each) => String(each) === size) ?? defaultForm.size,
    format: pictureFormats.find((each) => each === format) ?? defaultForm.format,
  }
}

/** The media type says how it is sent; what it is its bytes say. */
export const ImageBody = {
  description: 'JPEG, PNG, WebP, AVIF or GIF, whatever the media type says',
  content: {
    'image/*': { schema: Bytes },
    'application/octet-stream': { schema: Bytes },
    'multipart/form-data': {
      schema: Type.Object({ image: Bytes }, { additionalProperties: false }),
    },
  },
}

const headers = { ETag: Type.String({ description: 'Of these very bytes, for If-None-Match' }) }

function imageView(description: string, types: readonly string[]) {
  const content = Object.fromEntries(types.map((type) => [type, { schema: Bytes }]))
  return { description, headers, content }
}

export const OwnImageView = imageView(
  'The picture, or a placeholder (SVG) where there is none',
  Object.values(mediaTypes),
)

export const PublicImageView = imageView('The picture', [mediaTypes.webp, mediaTypes.jpeg])

export const NotModified = Type.Null({ description: 'As the ETag in If-None-Match says', headers })

export const PictureView = Type.Object(
  { image_url: Type.String({ format: 'uri', description: 'At which anybody may see it who knows it' }) },
  { description: 'Where the new picture is' },
)
export type PictureView = Static<typeof PictureView>

export const PictureParams = Type.Object({
  token: Type.String(),
  file: Type.String({ description: 'Size and format: `256.webp`, `64.jpeg`' }),
})
