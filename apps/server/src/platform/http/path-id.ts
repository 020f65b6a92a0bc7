import { Failure } from '../kernel/failures.ts'
import { type Id, isId } from '../kernel/ids.ts'
import { notFound } from '../kernel/problems.ts'

/**
 * The id in a path. A text that is not an id gets the same answer as an unknown id and the id of something that the caller
 * must not see (A33, A60).
 * @throws `not_found`
 */
export function pathId<T extends Id<string>>(text: string): T {
  if (!isId<T>(text)) throw new Failure(notFound)
  return text
}
