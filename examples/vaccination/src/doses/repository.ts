import type { Row, Statements } from '../database/database.ts'
import type { Dose } from './model.ts'

export interface RecordedDose extends Dose {
  readonly personId: string
  readonly recordedBy: string
  readonly recordedAt: string
}

/** All SQL about doses. */
export class DosesRepository {
  async insert(statements: Statements, dose: RecordedDose): Promise<void> {
    const { id, personId, number, vaccine, lot, centreId, day, recordedBy, recordedAt } = dose
    await statements.change(
      `INSERT INTO doses
       (id, person_id, dose_number, vaccine, lot, centre_id, day, recorded_by, recorded_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [id, personId, number, vaccine, lot, centreId, day, recordedBy, recordedAt],
    )
  }

  /** The first dose first. */
  async list(statements: Statements, personId: string): Promise<readonly Dose[]> {
    const rows = await statements.select(
      `SELECT id, dose_number, vaccine, lot, centre_id, day FROM doses
       WHERE person_id = ? ORDER BY dose_number`,
      [personId],
    )
    return rows.map(doseOf)
  }

  /** The doses stay, because the people who got them need them. */
  async forgetRecorder(statements: Statements, accountId: string): Promise<void> {
    await statements.change('UPDATE doses SET recorded_by = NULL WHERE recorded_by = ?', [accountId])
  }
}

function doseOf(row: Row): Dose {
  return {
    id: String(row['id']),
    number: Number(row['dose_number']),
    vaccine: String(row['vaccine']),
    lot: String(row['lot']),
    centreId: String(row['centre_id']),
    day: String(row['day']),
  }
}
