/**
 * A line of waiting items, divided by the parts of their path, such as network, client and account. Those of the first
 * part are served in turn, and for each of them those of the second part, and so on. So no one waits longer because
 * someone else has many items waiting.
 */
export class Lanes<T> {
  readonly #items: T[] = []
  /** The first one is the next to be served. */
  readonly #parts = new Map<string, Lanes<T>>()

  get isEmpty(): boolean {
    return this.#items.length === 0 && this.#parts.size === 0
  }

  add(item: T, [part, ...rest]: readonly string[]): void {
    if (part === undefined) {
      this.#items.push(item)
      return
    }
    const lane = this.#parts.get(part) ?? new Lanes<T>()
    this.#parts.set(part, lane)
    lane.add(item, rest)
  }

  /** Removes the next item to be served; undefined if there is none. */
  takeNext(): T | undefined {
    const next = this.#parts.entries().next().value
    if (next === undefined) return this.#items.shift()
    const [part, lane] = next
    const item = lane.takeNext()
    // It goes to the end: every other one comes first, even if this one has many items waiting.
    this.#parts.delete(part)
    if (!lane.isEmpty) this.#parts.set(part, lane)
    return item
  }

  /** Removes an item with this path. The order of the others stays the same. */
  remove(item: T, [part, ...rest]: readonly string[]): void {
    if (part === undefined) {
      const index = this.#items.indexOf(item)
      if (index !== -1) this.#items.splice(index, 1)
      return
    }
    const lane = this.#parts.get(part)
    lane?.remove(item, rest)
    if (lane?.isEmpty) this.#parts.delete(part)
  }
}
