import { daySeconds } from '../../../platform/kernel/durations.ts'
/** A request that may be sent again: by whom, under which key, and what it asked for. */
export interface Retry {
  readonly key: string
  readonly client: string
  readonly request: object
}

export const retrySeconds = daySeconds
/** What is sealed: a digest of the request, too, since that may hold a password, which a plain digest gives away. */
export interface KeptAnswer {
  readonly request: string
  readonly answer: string
}

const randomUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i

/** A random UUID (RFC 9562, versions 4 and 7); what merely is long may be made of a name and a date. */
export function isUnguessable(key: string): boolean {
  return randomUuid.test(key)
}
