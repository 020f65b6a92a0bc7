/** Reads one page after another. @param next reads the page after the last item; null for the first page */
export async function* itemsOf<T>(
  next: (last: T | null) => Promise<readonly T[]>,
): AsyncGenerator<T, undefined> {
  let last: T | null = null
  for (;;) {
    const page: readonly T[] = await next(last)
    yield* page
    const end = page.at(-1)
    if (end === undefined) return undefined
    last = end
  }
}

/** Lets a reader look at the next item before it takes it. */
export class Peekable<T> {
  readonly #items: AsyncIterator<T, undefined>
  #next: Promise<T | null> | null = null

  constructor(items: AsyncIterator<T, undefined>) {
    this.#items = items
  }

  /** The next item; null at the end. */
  peek(): Promise<T | null> {
    this.#next ??= this.#items.next().then(({ value = null }) => value)
    return this.#next
  }

  take(): void {
    this.#next = null
  }
}
