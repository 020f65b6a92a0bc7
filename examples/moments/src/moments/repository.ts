import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { selectPage } from '../database/select-page.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Moment } from './model.ts'

/** Which moments a list has. Null stands for all. */
export interface MomentFilter {
  readonly ownerId: string | null
  readonly activityId: string | null
}

/** All SQL about moments. It reads what is visible, and writes to the table. */
export class MomentsRepository {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  insert(moment: Moment): void {
    this.#database
      .prepare(
        `INSERT INTO moments (id, activity_id, owner_id, note, happened_at, created_at, updated_at)
         VALUES (:id, :activity_id, :owner_id, :note, :happened_at, :created_at, :updated_at)`,
      )
      .run(toRow(moment))
  }

  find(id: string): Moment | null {
    const row = this.#database.prepare('SELECT * FROM visible_moments WHERE id = ?').get(id)
    return row === undefined ? null : toMoment(row)
  }

  /** The latest first. */
  list({ ownerId, activityId }: MomentFilter, request: PageRequest): Page<Moment> {
    const where = { owner_id: ownerId, activity_id: activityId }
    const order = 'happened_at DESC, id DESC'
    const { rows, total } = selectPage(this.#database, { view: 'visible_moments', where, order }, request)
    return { ...request, total, items: rows.map(toMoment) }
  }

  update(moment: Moment): void {
    const { id, note, happened_at, updated_at } = toRow(moment)
    this.#database
      .prepare('UPDATE moments SET note = ?, happened_at = ?, updated_at = ? WHERE id = ?')
      .run(note, happened_at, updated_at, id)
  }

  delete(id: string): void {
    this.#database.prepare('DELETE FROM moments WHERE id = ?').run(id)
  }
}

function toRow(moment: Moment) {
  return {
    id: moment.id,
    activity_id: moment.activityId,
    owner_id: moment.ownerId,
    note: moment.note,
    happened_at: moment.happenedAt.toISOString(),
    created_at: moment.createdAt.toISOString(),
    updated_at: moment.updatedAt.toISOString(),
  }
}

function toMoment(row: Record<string, SQLOutputValue>): Moment {
  const { id, activity_id, owner_id, note, happened_at, created_at, updated_at } = row as ReturnType<
    typeof toRow
  >
  return {
    id,
    activityId: activity_id,
    ownerId: owner_id,
    note,
    happenedAt: new Date(happened_at),
    createdAt: new Date(created_at),
    updatedAt: new Date(updated_at),
  }
}
