/** A setting of the engine that can lose an acknowledged write. */
export interface Weakness {
  readonly setting: string
  readonly value: string
  /** The instruction that fixes it, without the period at its end. */
  readonly remedy: string
  /** What is lost, and when. */
  readonly loses: string
}

export interface DatabaseHealth {
  /** The engine's own name and version. */
  readonly version: string
  readonly weaknesses: readonly Weakness[]
  /** The findings of the engine's own check; empty if the data is sound, or if the engine has no quick check. */
  readonly damage: readonly string[]
  /** How far the database's clock is ahead, in milliseconds. Negative if it is behind, null if both use the same clock. */
  readonly clockAheadMs: number | null
  /** How many connections the database accepts from all servers together; null if there is no limit. */
  readonly connectionsMax: number | null
}
