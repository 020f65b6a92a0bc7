import type { FastifyRequest } from 'fastify'
import { currentCaller } from '../../../platform/http/access.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { type AccountId, isId } from '../../../platform/kernel/ids.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import type { Author } from '../../authorization/roles/model.ts'

/** As many changes as an administrator makes by hand, and a program for a team. Jobs are for more. */
export const changesLimit = { name: 'user-changes', quota: 1_000, windowSeconds: 300 }

/**
 * The account that a request names. A text that is not an id gets the same answer as the id of no account (A33).
 * @throws `not_found`
 */
export function accountIdIn({ id }: { readonly id: string }): AccountId {
  if (!isId<AccountId>(id)) throw new Failure(notFound)
  return id
}

export function authorOf(request: FastifyRequest): Author {
  return { caller: currentCaller(request), context: contextOf(request) }
}
