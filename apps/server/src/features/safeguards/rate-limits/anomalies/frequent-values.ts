interface Count {
  readonly count: number
  /** How much of the count may belong to values that were dropped. */
  readonly error: number
}

/**
 * Finds the values that come often, in a memory of fixed size (space-saving: Metwally, Agrawal and El Abbadi, 2005). If
 * there is no room for a new value, it takes the place of the rarest one and its count. So a value that makes up more than
 * one in `size` of all is always there.
 */
export class FrequentValues {
  readonly #size: number
  readonly #counts = new Map<string, Count>()

  constructor(size: number) {
    this.#size = size
  }

  /** How many values it keeps now. */
  get size(): number {
    return this.#counts.size
  }

  add(value: string): void {
    const known = this.#counts.get(value)
    if (known !== undefined) this.#counts.set(value, { ...known, count: known.count + 1 })
    else this.#counts.set(value, this.#firstCount())
  }

  /** How often all values came together that came at least `min` times; no more than they really did. */
  sumOfFrequent(min: number): number {
    const certain = [...this.#counts.values()].map(({ count, error }) => count - error)
    return certain.filter((count) => count >= min).reduce((sum, count) => sum + count, 0)
  }

  #firstCount(): Count {
    if (this.#counts.size < this.#size) return { count: 1, error: 0 }
    let rarest: [string, Count] | null = null
    for (const entry of this.#counts) if (rarest === null || entry[1].count < rarest[1].count) rarest = entry
    if (rarest === null) return { count: 1, error: 0 }
    const [value, { count }] = rarest
    this.#counts.delete(value)
    return { count: count + 1, error: count }
  }
}
