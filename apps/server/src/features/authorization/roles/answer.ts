import type { FastifyRequest } from 'fastify'
import { currentCaller } from '../../../platform/http/access.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import type { Author } from './model.ts'

/** Who makes an administrative call, and from where. */
export function authorOf(request: FastifyRequest): Author {
  return { caller: currentCaller(request), context: contextOf(request) }
}
