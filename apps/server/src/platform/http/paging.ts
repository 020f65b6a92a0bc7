import Type, { type Static } from 'typebox'

const limitDefault = 20

/** Of every list: which page, and how long. */
export const PageQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.String({ pattern: '^([1-9][0-9]?|100)$', description: `1 to 100; ${limitDefault} without it` }),
    ),
    cursor: Type.Optional(
      Type.String({ maxLength: 512, description: '`next_cursor` of the page before, as it is' }),
    ),
  },
  { additionalProperties: false },
)
export type PageQuery = Static<typeof PageQuery>

export function limitOf({ limit }: PageQuery): number {
  return limit === undefined ? limitDefault : Number(limit)
}
