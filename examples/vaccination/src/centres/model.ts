export interface Centre {
  readonly id: string
  readonly name: string
  readonly address: string
}

/** A day on which a centre is open. */
export interface Opening {
  readonly centre: Centre
  /** Such as `2026-11-29`. */
  readonly day: string
  readonly placesTotal: number
  readonly placesTaken: number
}

/** The day of a time, in UTC. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10)
}
