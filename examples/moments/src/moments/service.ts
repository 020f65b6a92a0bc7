import { randomUUIDv7 } from 'node:crypto'
import type { ActivitiesService } from '../activities/service.ts'
import type { Page, PageRequest } from '../page.ts'
import { sees, type Viewer, visibleOwner } from '../viewer.ts'
import { type Moment, type MomentInput, momentNotFound, notYourMoment } from './model.ts'
import type { MomentsRepository } from './repository.ts'

export interface MomentsServiceParts {
  readonly moments: MomentsRepository
  readonly activities: Pick<ActivitiesService, 'getOwn'>
  readonly now: () => Date
}

/** The rules about moments: users see and change their own, and administrators see all. */
export class MomentsService {
  readonly #moments: MomentsRepository
  readonly #activities: Pick<ActivitiesService, 'getOwn'>
  readonly #now: () => Date

  constructor({ moments, activities, now }: MomentsServiceParts) {
    this.#moments = moments
    this.#activities = activities
    this.#now = now
  }

  /** @throws Failure `activity_not_found`, `not_owner` */
  create(viewer: Viewer, activityId: string, input: Partial<MomentInput>): Moment {
    const activity = this.#activities.getOwn(viewer, activityId)
    const now = this.#now()
    const moment = {
      id: randomUUIDv7(),
      activityId: activity.id,
      ownerId: viewer.id,
      note: null,
      happenedAt: now,
      ...input,
      createdAt: now,
      updatedAt: now,
    }
    this.#moments.insert(moment)
    return moment
  }

  /** @param activityId null for the moments of all activities */
  list(viewer: Viewer, activityId: string | null, request: PageRequest): Page<Moment> {
    return this.#moments.list({ ownerId: visibleOwner(viewer), activityId }, request)
  }

  /** @throws Failure `moment_not_found` */
  get(viewer: Viewer, id: string): Moment {
    const moment = this.#moments.find(id)
    if (moment === null || !sees(viewer, moment)) throw momentNotFound()
    return moment
  }

  /** @throws Failure `moment_not_found`, `not_owner` */
  change(viewer: Viewer, id: string, changes: Partial<MomentInput>): Moment {
    const changed = { ...this.#getOwn(viewer, id), ...changes, updatedAt: this.#now() }
    this.#moments.update(changed)
    return changed
  }

  /** @throws Failure `moment_not_found`, `not_owner` */
  delete(viewer: Viewer, id: string): void {
    this.#moments.delete(this.#getOwn(viewer, id).id)
  }

  #getOwn(viewer: Viewer, id: string): Moment {
    const moment = this.get(viewer, id)
    // Only administrators get here with the moment of another user.
    if (moment.ownerId !== viewer.id) throw notYourMoment()
    return moment
  }
}
