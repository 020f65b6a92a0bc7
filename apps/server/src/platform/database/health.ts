/** A setting of the engine with which a write that was acknowledged can be lost. */
export interface Weakness {
  readonly setting: string
  readonly value: string
  /** What to set, as a command or as a line of the engine's configuration. */
  readonly remedy: string
  /** What is lost, and when. */
  readonly loses: string
}

export interface DatabaseHealth {
  /** As the engine calls itself. */
  readonly version: string
  readonly weaknesses: readonly Weakness[]
  /** What the engine's own check of the data found; empty where all is well, or where it has none that is quick. */
  readonly damage: readonly string[]
  /** Milliseconds; negative where the database's clock is behind. Null where both have the same clock. */
  readonly clockAheadMs: number | null
  /** How many connections it takes from all servers together; null where that is not limited. */
  readonly connectionsMax: number | null
}
