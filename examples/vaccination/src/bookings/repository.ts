import type { Statements } from '../database/database.ts'
import type { Booking } from './model.ts'

/** All SQL about appointments that are still open. */
export class BookingsRepository {
  async insert(
    statements: Statements,
    personId: string,
    { centreId, day, bookedAt }: Booking,
  ): Promise<void> {
    await statements.change(
      'INSERT INTO bookings (person_id, centre_id, day, booked_at) VALUES (?, ?, ?, ?)',
      [personId, centreId, day, bookedAt],
    )
  }

  async find(statements: Statements, personId: string): Promise<Booking | null> {
    const [row] = await statements.select(
      'SELECT centre_id, day, booked_at FROM bookings WHERE person_id = ?',
      [personId],
    )
    if (row === undefined) return null
    return {
      centreId: String(row['centre_id']),
      day: String(row['day']),
      bookedAt: String(row['booked_at']),
    }
  }

  async delete(statements: Statements, personId: string): Promise<void> {
    await statements.change('DELETE FROM bookings WHERE person_id = ?', [personId])
  }
}
