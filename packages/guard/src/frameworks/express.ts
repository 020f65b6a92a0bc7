import type { IncomingMessage } from 'node:http'
import type { GuardOptions } from '../settings.ts'
import { type Middleware, guard as nodeGuard } from './node.ts'
import type { RequestGuard } from './request-guard.ts'

export type { Middleware } from './node.ts'

/** The guard for Express, whose requests and answers are those of Node. @throws TypeError if a setting cannot work */
export function guard(options: GuardOptions): RequestGuard<IncomingMessage, Middleware> {
  return nodeGuard(options)
}
