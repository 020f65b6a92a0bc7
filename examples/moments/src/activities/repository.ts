import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { selectPage } from '../database/select-page.ts'
import type { Page, PageRequest } from '../page.ts'
import type { Activity } from './model.ts'

/** All SQL about activities. It reads what is visible, and writes to the table. */
export class ActivitiesRepository {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  insert(activity: Activity): void {
    this.#database
      .prepare(
        `INSERT INTO activities (id, owner_id, name, description, created_at, updated_at)
         VALUES (:id, :owner_id, :name, :description, :created_at, :updated_at)`,
      )
      .run(toRow(activity))
  }

  find(id: string): Activity | null {
    const row = this.#database.prepare('SELECT * FROM visible_activities WHERE id = ?').get(id)
    return row === undefined ? null : toActivity(row)
  }

  /** Newest first. @param ownerId null for the activities of everyone */
  list(ownerId: string | null, request: PageRequest): Page<Activity> {
    const { rows, total } = selectPage(
      this.#database,
      { view: 'visible_activities', where: { owner_id: ownerId }, order: 'created_at DESC, id DESC' },
      request,
    )
    return { ...request, total, items: rows.map(toActivity) }
  }

  update(activity: Activity): void {
    const { id, name, description, updated_at } = toRow(activity)
    this.#database
      .prepare('UPDATE activities SET name = ?, description = ?, updated_at = ? WHERE id = ?')
      .run(name, description, updated_at, id)
  }

  /** Its moments go with it. */
  delete(id: string): void {
    this.#database.prepare('DELETE FROM activities WHERE id = ?').run(id)
  }

  deleteAllOf(ownerId: string): void {
    this.#database.prepare('DELETE FROM activities WHERE owner_id = ?').run(ownerId)
  }
}

function toRow(activity: Activity) {
  return {
    id: activity.id,
    owner_id: activity.ownerId,
    name: activity.name,
    description: activity.description,
    created_at: activity.createdAt.toISOString(),
    updated_at: activity.updatedAt.toISOString(),
  }
}

function toActivity(row: Record<string, SQLOutputValue>): Activity {
  const { id, owner_id, name, description, created_at, updated_at } = row as ReturnType<typeof toRow>
  return {
    id,
    ownerId: owner_id,
    name,
    description,
    createdAt: new Date(created_at),
    updatedAt: new Date(updated_at),
  }
}
