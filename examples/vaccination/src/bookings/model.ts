/** An appointment: a place at a centre on a day. */
export interface Booking {
  readonly centreId: string
  readonly day: string
  readonly bookedAt: string
}
