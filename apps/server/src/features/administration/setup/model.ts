import { hourMs } from '../../../platform/kernel/durations.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { forbidden, invalidFields } from '../../../platform/kernel/problems.ts'

/** How long the link works that a start prints. The next start prints another one. */
export const setupLinkMs = hourMs

/** With the prefix, a scanner for leaked secrets can recognize the token of a link. */
export const setupTokenPrefix = 'pxl_'

/**
 * One answer for a link that was never made, has expired or was used, and for a server that has an administrator: no one
 * else must learn which (A13).
 */
export function setupRefused(): Failure {
  return new Failure(forbidden, {
    detail:
      'This link does not work. It works once, for an hour, and only while the server has no administrator. If there is none, start the server again: it prints a new link. An operator can also give the role "admin" with "proxima users roles add".',
  })
}

/** Only the holder of a working link learns this, who is the operator. */
export function unknownAccount(): Failure {
  const detail = 'There is no active account with this username, email address or phone number.'
  return invalidFields({ pointer: '/identifier', code: 'unknown', detail })
}
