import { Failure, invalidFields } from '../failure.ts'

/** One time that a user did an activity. */
export interface Moment {
  readonly id: string
  readonly activityId: string
  readonly ownerId: string
  readonly note: string | null
  readonly happenedAt: Date
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** What its owner decides and can change. */
export interface MomentInput {
  readonly note: string | null
  readonly happenedAt: Date
}

export function momentNotFound(): Failure {
  // The same for a moment of another user: the answer must not reveal that it exists.
  return new Failure('not_found', 'moment_not_found', 'There is no such moment.')
}

export function notYourMoment(): Failure {
  return new Failure('forbidden', 'not_owner', 'Only the owner of a moment can change it.')
}

/** @throws Failure `validation_failed` for a leap second, which the format allows and `Date` does not know */
export function readTime(pointer: string, text: string): Date {
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) throw invalidFields({ pointer, detail: 'This time does not exist.' })
  return time
}
