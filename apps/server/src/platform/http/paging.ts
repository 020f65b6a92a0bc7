import Type, { type Static } from 'typebox'

const limitDefault = 20

/** The query of every list. */
export const PageQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.String({
        pattern: '^([1-9][0-9]?|100)$',
        description: `The maximum number of items on the page, 1 to 100; ${limitDefault} by default`,
      }),
    ),
    cursor: Type.Optional(
      Type.String({ maxLength: 512, description: 'The `next_cursor` of the previous page, unchanged' }),
    ),
  },
  { additionalProperties: false },
)
export type PageQuery = Static<typeof PageQuery>

export function limitOf({ limit }: PageQuery): number {
  return limit === undefined ? limitDefault : Number(limit)
}
