import type { FastifyRequest } from 'fastify'
import { currentCaller } from '../../../platform/http/access.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import type { Author } from '../../authorization/roles/model.ts'

/** As many changes as an administrator makes by hand, and a program for a team. Jobs are for more. */
export const changesLimit = { name: 'user-changes', quota: 1_000, windowSeconds: 300 }

export function authorOf(request: FastifyRequest): Author {
  return { caller: currentCaller(request), context: contextOf(request) }
}
