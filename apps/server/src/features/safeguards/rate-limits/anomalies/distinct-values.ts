/**
 * Estimates how many distinct values there were, in a memory of fixed size (linear counting: Whang, Vander-Zanden and
 * Taylor, 1990). Each value sets one bit, and the estimate follows from the bits that no value has set. It is exact within
 * a few in a hundred as long as there are not many more values than bits, and stays finite when every bit is set.
 */
export class DistinctValues {
  readonly #bits: Uint8Array
  readonly #size: number
  #free: number

  /** @param size how many bits: a power of two, at least 8 */
  constructor(size: number) {
    this.#size = size
    this.#free = size
    this.#bits = new Uint8Array(size / 8)
  }

  /**
   * @param digest an evenly distributed number below 2^32
   * @returns whether the value is new: rarely false for one that is, and never true for one that is not
   */
  add(digest: number): boolean {
    const index = digest % this.#size
    const byte = index >>> 3
    const mask = 1 << (index & 7)
    const before = this.#bits[byte] ?? 0
    if ((before & mask) !== 0) return false
    this.#bits[byte] = before | mask
    this.#free -= 1
    return true
  }

  get estimate(): number {
    return Math.round(this.#size * Math.log(this.#size / Math.max(1, this.#free)))
  }
}
