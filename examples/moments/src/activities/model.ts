import { Failure } from '../failure.ts'

/** What a user does again and again. */
export interface Activity {
  readonly id: string
  readonly ownerId: string
  readonly name: string
  readonly description: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** What its owner decides. */
export type ActivityInput = Pick<Activity, 'name' | 'description'>

export function activityNotFound(): Failure {
  // The same for an activity of another user: the answer must not reveal that it exists.
  return new Failure('not_found', 'activity_not_found', 'There is no such activity.')
}

export function notYourActivity(): Failure {
  return new Failure('forbidden', 'not_owner', 'Only the owner of an activity can change it.')
}
