import { randomUUIDv7 } from 'node:crypto'
import type { Page, PageRequest } from '../page.ts'
import { sees, type Viewer, visibleOwner } from '../viewer.ts'
import { type Activity, type ActivityInput, activityNotFound, notYourActivity } from './model.ts'
import type { ActivitiesRepository } from './repository.ts'

export interface ActivitiesServiceParts {
  readonly activities: ActivitiesRepository
  readonly now: () => Date
}

/** The rules about activities: users see and change their own, and administrators see all. */
export class ActivitiesService {
  readonly #activities: ActivitiesRepository
  readonly #now: () => Date

  constructor({ activities, now }: ActivitiesServiceParts) {
    this.#activities = activities
    this.#now = now
  }

  create(viewer: Viewer, input: ActivityInput): Activity {
    const now = this.#now()
    const activity = { id: randomUUIDv7(), ownerId: viewer.id, ...input, createdAt: now, updatedAt: now }
    this.#activities.insert(activity)
    return activity
  }

  list(viewer: Viewer, request: PageRequest): Page<Activity> {
    return this.#activities.list(visibleOwner(viewer), request)
  }

  /** @throws Failure `activity_not_found` */
  get(viewer: Viewer, id: string): Activity {
    const activity = this.#activities.find(id)
    if (activity === null || !sees(viewer, activity)) throw activityNotFound()
    return activity
  }

  /** @throws Failure `activity_not_found`, `not_owner` */
  change(viewer: Viewer, id: string, changes: Partial<ActivityInput>): Activity {
    const changed = { ...this.getOwn(viewer, id), ...changes, updatedAt: this.#now() }
    this.#activities.update(changed)
    return changed
  }

  /** @throws Failure `activity_not_found`, `not_owner` */
  delete(viewer: Viewer, id: string): void {
    this.#activities.delete(this.getOwn(viewer, id).id)
  }

  /** One that the viewer may change. @throws Failure `activity_not_found`, `not_owner` */
  getOwn(viewer: Viewer, id: string): Activity {
    const activity = this.get(viewer, id)
    // Only administrators get here with the activity of another user.
    if (activity.ownerId !== viewer.id) throw notYourActivity()
    return activity
  }
}
