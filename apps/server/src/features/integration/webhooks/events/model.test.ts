import { describe, expect, it } from 'vitest'
import { type AccountId, newId, type SessionId } from '../../../../platform/kernel/ids.ts'
import { type AuditAction, auditActions, auditOutcomes } from '../../../safeguards/audit/model.ts'
import { bodyOf, eventTypes, type TrailEvent, webhookEventOf } from './model.ts'

/** What no other service is notified of. A new action is in neither list until someone decides. */
const notSent: readonly AuditAction[] = [
  // A new name of a factor, and the end of a change that was only proposed.
  'factor_change',
  'contact_change_cancellation',
  // About programs, roles, keys and webhooks, and not about people.
  'service_account_creation',
  'service_account_change',
  'consent_grant',
  'consent_revocation',
  'api_key_creation',
  'api_key_rotation',
  'api_key_change',
  'api_key_revocation',
  'api_key_expiry',
  'api_key_use',
  'client_sign_in',
  'application_sign_in',
  'client_creation',
  'client_change',
  'client_deletion',
  'client_secret_creation',
  'client_secret_deletion',
  'role_creation',
  'role_change',
  'role_deletion',
  'user_export',
  'user_job',
  'key_rotation',
  'key_retirement',
  'secret_rotation',
  'webhook_creation',
  'webhook_change',
  'webhook_deletion',
  'webhook_secret_rotation',
  'webhook_replay',
  'sign_in_anomaly',
  // They change nothing that another service knows.
  'reauthentication',
  'password_rehash',
  'secret_renewal',
  'verification_request',
  'sign_in_code_request',
  'second_factor_code_request',
  'device_trust',
  'device_trust_end',
  'contact_change_request',
  'recovery_request',
  'recovery_verification',
  'sign_in_report',
  'factor_recovery_cancellation',
  'factor_recovery_request',
  'recovery_cancellation',
  'export',
  'invitation',
  'message_retry',
  'impersonation_start',
  'impersonation_end',
  'request_refusal',
  // A million at once would only flood the receivers. The operator who imports tells them.
  'import',
  // Announced by the erasure itself, because the trail no longer names the account.
  'erasure',
]

function event(fields: Partial<TrailEvent>): TrailEvent {
  return {
    id: newId(),
    block: 1,
    at: new Date(0),
    action: 'registration',
    outcome: 'success',
    accountId: newId<AccountId>(),
    actorId: null,
    sessionId: null,
    method: null,
    changes: null,
    ...fields,
  }
}

const isSent = (action: AuditAction) =>
  auditOutcomes.some((outcome) => webhookEventOf(event({ action, outcome })) !== null)

describe('the events that other services get', () => {
  it('are decided for each action of the audit trail', () => {
    const undecided = auditActions.filter((action) => isSent(action) === notSent.includes(action))
    expect(undecided).toEqual([])
  })

  it('have every documented type', () => {
    const sent = auditActions.flatMap((action) =>
      auditOutcomes.map((outcome) => webhookEventOf(event({ action, outcome }))?.type),
    )
    expect(new Set([...sent, 'user.erased'])).toEqual(new Set([undefined, ...eventTypes]))
  })

  it('are no refusals, except one that ends a session, and are about someone', () => {
    const refused = auditActions.filter(
      (action) => webhookEventOf(event({ action, outcome: 'failure' })) !== null,
    )
    expect(refused).toEqual(['refresh_reuse'])
    expect(webhookEventOf(event({ action: 'all_sessions_end', accountId: null }))).toBeNull()
  })

  it('name the fields that changed, and never their values', () => {
    const contact = webhookEventOf(event({ action: 'contact_change', method: 'email' }))
    expect(contact?.changed).toEqual(['email'])
    const after = { email: 'amina@example.com', username: 'amina' }
    const change = webhookEventOf(event({ action: 'user_change', changes: { after } }))
    expect(change?.changed).toEqual(['email', 'username'])
    expect(change && bodyOf(change)).not.toContain('amina')
  })

  it('fit into their column, however many fields change', () => {
    const after = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`a_long_name_${index}`, 1]))
    const [actorId, sessionId] = [newId<AccountId>(), newId<SessionId>()]
    const change = webhookEventOf(event({ action: 'user_change', changes: { after }, actorId, sessionId }))
    expect(change && bodyOf(change).length).toBeLessThan(2_000)
  })
})
