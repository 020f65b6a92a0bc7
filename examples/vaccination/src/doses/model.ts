/** A vaccination that has happened. */
export interface Dose {
  readonly id: string
  /** The first one is 1. */
  readonly number: number
  readonly vaccine: string
  readonly lot: string
  readonly centreId: string
  readonly day: string
}
