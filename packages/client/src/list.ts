import type { Call } from './caller.ts'
import type { CallOptions } from './request.ts'

/** A page of a list, as the server answers it. */
export interface Page<T> {
  readonly data: readonly T[]
  /** Give it to `page` for the next one; null on the last page. */
  readonly next_cursor: string | null
}

/** All items of a list, which are read page by page: `for await (const item of list)`. */
export interface List<T> extends AsyncIterable<T> {
  /** Reads one page. Without a cursor, it is the first one. */
  page(cursor?: string | null): Promise<Page<T>>
}

export interface ListQuery {
  /** How many items a page has: 1 to 100, by default 20. */
  readonly limit?: number
}

export function listOf<T>(call: Call, path: string, query?: object, options?: CallOptions): List<T> {
  const page = (cursor: string | null = null) =>
    call<Page<T>>('GET', path, { ...options, query: { ...query, cursor } })
  return {
    page,
    async *[Symbol.asyncIterator]() {
      let cursor: string | null = null
      do {
        const { data, next_cursor }: Page<T> = await page(cursor)
        yield* data
        cursor = next_cursor
      } while (cursor !== null)
    },
  }
}
