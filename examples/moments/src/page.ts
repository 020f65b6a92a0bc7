import Type, { type Static, type TSchema } from 'typebox'

/** The query of every list. */
export const PageQuery = Type.Object(
  {
    // A limit, because the database reads and drops everything before the page.
    page: Type.Integer({ minimum: 1, maximum: 10_000, default: 1 }),
    size: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
  },
  { additionalProperties: false },
)

/** Which part of a list is asked for. The first page is 1. */
export type PageRequest = Static<typeof PageQuery>

/** A part of a list, and the length of the whole list. */
export interface Page<Item> extends PageRequest {
  readonly items: readonly Item[]
  readonly total: number
}

export function PageView<Item extends TSchema>(item: Item) {
  return Type.Object({
    items: Type.Array(item),
    total: Type.Integer(),
    page: Type.Integer(),
    size: Type.Integer(),
    pages: Type.Integer(),
  })
}

/** @param view translates one item */
export function pageView<Item, View>({ items, total, page, size }: Page<Item>, view: (item: Item) => View) {
  return { items: items.map(view), total, page, size, pages: Math.ceil(total / size) }
}
