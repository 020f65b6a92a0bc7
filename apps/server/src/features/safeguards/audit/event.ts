import { deviceOf } from '../../../platform/kernel/device.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import {
  type AuditAction,
  type AuditEvent,
  type AuditOutcome,
  type AuditSubject,
  type Changes,
  changesLengthMax,
  hidden,
  type Values,
} from './model.ts'

/** The event of an action, with what its context says about the caller. */
export function eventOf(
  action: AuditAction,
  outcome: AuditOutcome,
  {
    accountId = null,
    sessionId = null,
    method = null,
    target = null,
    reason = null,
    changes = null,
  }: AuditSubject,
  { actor, ipAddress, requestId, userAgent }: RequestContext,
): AuditEvent {
  return {
    action,
    outcome,
    accountId,
    actorId: actor?.accountId ?? null,
    credentialId: actor?.credentialId ?? null,
    target,
    sessionId,
    method,
    reason,
    requestId,
    ipAddress,
    device: deviceOf(userAgent),
    changes: changes && bounded(changes),
  }
}

/** Values that are longer than the column are left out. */
function bounded(changes: Changes): Changes {
  if (JSON.stringify(changes).length <= changesLengthMax) return changes
  const hide = (values: Values) => Object.fromEntries(Object.keys(values).map((name) => [name, hidden]))
  return { before: hide(changes.before), after: hide(changes.after) }
}
