import Type from 'typebox'
import { CentreId, Day } from '../centres/schema.ts'
import type { Booking } from './model.ts'

export const NewBooking = Type.Object({ centre_id: CentreId, day: Day }, { additionalProperties: false })

export function bookingView({ centreId, day, bookedAt }: Booking) {
  return { centre_id: centreId, day, booked_at: bookedAt }
}
