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

/**
 * A page of a list, and where the next one begins.
 * @param found one item more than the limit, if there are so many: it says that another page follows
 * @param cursorAfter makes the cursor for what follows the last item of the page
 */
export function listPage<Item, View>(
  found: readonly Item[],
  {
    limit,
    view,
    cursorAfter,
  }: {
    readonly limit: number
    readonly view: (item: Item) => View
    readonly cursorAfter: (last: Item) => string
  },
): { data: View[]; next_cursor: string | null } {
  const page = found.slice(0, limit)
  const last = found.length > limit ? page.at(-1) : undefined
  return { data: page.map(view), next_cursor: last === undefined ? null : cursorAfter(last) }
}
