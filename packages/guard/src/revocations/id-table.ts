/**
 * Ids (UUIDs) with two times each. A million of them take some 50 MB as six numbers in one typed array; as objects they
 * would take several times that, and the garbage collector would visit each.
 */
export class IdTable {
  readonly #sizeMax: number
  #slots = new Uint32Array(firstCapacity * slotLength)
  #size = 0

  /** @param sizeMax more ids than this are refused */
  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax
  }

  get size(): number {
    return this.#size
  }

  get byteLength(): number {
    return this.#slots.byteLength
  }

  /**
   * Of two entries with the same id, the later times remain.
   * @throws RangeError if the table is full, TypeError if the id is not a UUID
   */
  set(id: string, entry: TableEntry, nowSeconds: number): void {
    const words = wordsOf(id)
    if (words === null) throw new TypeError('The id is not a UUID.')
    if (this.#size + 1 > (this.#slots.length / slotLength) * loadMax) this.#makeRoom(nowSeconds)
    if (this.#size >= this.#sizeMax && !this.#has(words)) {
      // Entries that have expired are still counted.
      this.#makeRoom(nowSeconds)
      if (this.#size >= this.#sizeMax) throw new RangeError(`More than ${this.#sizeMax} revocations at once.`)
    }
    this.#put(words, entry)
  }

  /** Undefined for an unknown id, and for one whose entry has expired. */
  get(id: string, nowSeconds: number): TableEntry | undefined {
    const words = wordsOf(id)
    if (words === null) return undefined
    const entry = this.#entryAt(this.#slotOf(words))
    return entry.expiresAtSeconds > nowSeconds ? entry : undefined
  }

  #has(words: Words): boolean {
    return this.#entryAt(this.#slotOf(words)).expiresAtSeconds > 0
  }

  #put(words: Words, { beforeSeconds, expiresAtSeconds }: TableEntry): void {
    const slot = this.#slotOf(words)
    const stored = this.#entryAt(slot)
    if (stored.expiresAtSeconds === 0) {
      this.#slots.set(words, slot)
      this.#size++
    }
    this.#slots[slot + 4] = Math.max(stored.beforeSeconds, beforeSeconds)
    this.#slots[slot + 5] = Math.max(stored.expiresAtSeconds, expiresAtSeconds, 1)
  }

  #entryAt(slot: number): TableEntry {
    return { beforeSeconds: this.#slots[slot + 4] ?? 0, expiresAtSeconds: this.#slots[slot + 5] ?? 0 }
  }

  /** The slot of the id, or the free one where it belongs. One is always free, because the table is never full. */
  #slotOf(words: Words): number {
    const slots = this.#slots
    // The end of an id is random (RFC 9562 §5.7), and the server has chosen it: no caller can make ids collide.
    let slot = ((words[3] ^ words[2]) >>> 0) % (slots.length / slotLength)
    for (;;) {
      const start = slot * slotLength
      if (slots[start + 5] === 0 || hasWords(slots, start, words)) return start
      slot = slot + 1 === slots.length / slotLength ? 0 : slot + 1
    }
  }

  /** Drops what has expired, and doubles the table if that is not enough. */
  #makeRoom(nowSeconds: number): void {
    const old = this.#slots
    let live = 0
    for (let start = 0; start < old.length; start += slotLength)
      if ((old[start + 5] ?? 0) > nowSeconds) live++
    const capacity = old.length / slotLength
    const mayGrow = capacity * loadMax < this.#sizeMax
    const isFull = live > capacity * (loadMax / 2)
    this.#slots = new Uint32Array((mayGrow && isFull ? capacity * 2 : capacity) * slotLength)
    this.#size = 0
    for (let start = 0; start < old.length; start += slotLength) {
      if ((old[start + 5] ?? 0) <= nowSeconds) continue
      const [a = 0, b = 0, c = 0, d = 0, beforeSeconds = 0, expiresAtSeconds = 0] = old.subarray(
        start,
        start + slotLength,
      )
      this.#put([a, b, c, d], { beforeSeconds, expiresAtSeconds })
    }
  }
}

export interface TableEntry {
  /** Tokens that were issued before this are refused. In whole seconds since 1970. */
  readonly beforeSeconds: number
  readonly expiresAtSeconds: number
}

type Words = readonly [number, number, number, number]

/** Four words of the id, and the two times. A slot without an expiry is free. */
const slotLength = 6
const firstCapacity = 1_024
const loadMax = 0.66

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i

function wordsOf(id: string): Words | null {
  if (!uuid.test(id)) return null
  return [
    Number.parseInt(id.slice(0, 8), 16),
    Number.parseInt(id.slice(9, 13) + id.slice(14, 18), 16),
    Number.parseInt(id.slice(19, 23) + id.slice(24, 28), 16),
    Number.parseInt(id.slice(28), 16),
  ]
}

function hasWords(slots: Uint32Array, start: number, [a, b, c, d]: Words): boolean {
  return slots[start] === a && slots[start + 1] === b && slots[start + 2] === c && slots[start + 3] === d
}
