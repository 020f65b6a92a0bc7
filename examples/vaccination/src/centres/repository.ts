import type { Row, Statements } from '../database/database.ts'
import type { Centre, Opening } from './model.ts'

/** A centre on a day. */
export interface OpeningKey {
  readonly centreId: string
  readonly day: string
}

/** All SQL about centres and their places. */
export class CentresRepository {
  async insert(statements: Statements, { id, name, address }: Centre): Promise<void> {
    await statements.change('INSERT INTO centres (id, name, address) VALUES (?, ?, ?)', [id, name, address])
  }

  async find(statements: Statements, id: string): Promise<Centre | null> {
    const [row] = await statements.select('SELECT id, name, address FROM centres WHERE id = ?', [id])
    return row === undefined ? null : centreOf(row)
  }

  /** The next openings, the first day first. */
  async listOpenings(statements: Statements, fromDay: string): Promise<readonly Opening[]> {
    const rows = await statements.select(
      `SELECT centres.id, name, address, day, places_total, places_taken
       FROM openings JOIN centres ON centres.id = centre_id
       WHERE day >= ? ORDER BY day, name, centres.id LIMIT 200`,
      [fromDay],
    )
    return rows.map(openingOf)
  }

  async insertOpening(statements: Statements, { centreId, day }: OpeningKey, places: number): Promise<void> {
    await statements.change(
      'INSERT INTO openings (centre_id, day, places_total, places_taken) VALUES (?, ?, ?, 0)',
      [centreId, day, places],
    )
  }

  async hasOpening(statements: Statements, { centreId, day }: OpeningKey): Promise<boolean> {
    const rows = await statements.select('SELECT day FROM openings WHERE centre_id = ? AND day = ?', [
      centreId,
      day,
    ])
    return rows.length > 0
  }

  /** Says whether it did: never fewer places than are taken. */
  async changePlaces(
    statements: Statements,
    { centreId, day }: OpeningKey,
    places: number,
  ): Promise<boolean> {
    const changed = await statements.change(
      'UPDATE openings SET places_total = ? WHERE centre_id = ? AND day = ? AND places_taken <= ?',
      [places, centreId, day, places],
    )
    return changed === 1
  }

  /**
   * Says whether there was a place. This one statement decides: the database lets one transaction at a time change the
   * row, and compares the numbers as they are then. A check before it would be too early.
   */
  async takePlace(statements: Statements, { centreId, day }: OpeningKey): Promise<boolean> {
    const changed = await statements.change(
      `UPDATE openings SET places_taken = places_taken + 1
       WHERE centre_id = ? AND day = ? AND places_taken < places_total`,
      [centreId, day],
    )
    return changed === 1
  }

  async givePlaceBack(statements: Statements, { centreId, day }: OpeningKey): Promise<void> {
    await statements.change(
      'UPDATE openings SET places_taken = places_taken - 1 WHERE centre_id = ? AND day = ?',
      [centreId, day],
    )
  }
}

function centreOf(row: Row): Centre {
  return { id: String(row['id']), name: String(row['name']), address: String(row['address']) }
}

function openingOf(row: Row): Opening {
  return {
    centre: centreOf(row),
    day: String(row['day']),
    placesTotal: Number(row['places_total']),
    placesTaken: Number(row['places_taken']),
  }
}
